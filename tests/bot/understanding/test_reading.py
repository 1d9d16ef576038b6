"""What strangers say is understood; what is not understood is never an order."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding import Act, Asked, Dish, Item, Lexemes, understand

TODAY = date(2026, 3, 4)
NAMES = Lexemes(
    (
        Dish("红烧肉", ("烧肉",)),
        Dish("清蒸鲈鱼", ("鲈鱼",)),
        Dish("番茄炒蛋", ("西红柿炒蛋",)),
        Dish("米饭"),
        Dish("控糖套餐", ("糖尿病套餐",)),
    )
)


def acts(text, *, asked="", options=()):
    return understand(text, TODAY, NAMES, Asked(asked, options))


def act(text, **asked):
    found = acts(text, **asked)
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("师傅，想订个饭", "order"),
        ("中午吃点啥好", "query_menu"),
        ("你们几点钟关门呀", "query_hours"),
        ("我订的是哪几个菜来着，我订了啥", "query_order"),
        ("把取餐码发给我一下", "show_code"),
        ("为什么要收我九块钱", "query_subsidy"),
        ("转人工", "human"),
        ("明天的午饭退了吧", "cancel"),
        ("行的行的", "affirm"),
        ("不用了谢谢啊", "deny"),
        ("谢谢啊师傅", "thanks"),
        ("您好呀", "greet"),
        ("没听清，再说一遍", "repeat"),
        ("这个咋操作", "help"),
        ("股票涨了没", "out_of_scope"),
        ("我在广场上跳舞呢", "out_of_scope"),
    ],
)
def test_a_wish_is_told_from_its_words(text, intent):
    assert [one.intent for one in acts(text)] == [intent]


@pytest.mark.parametrize(
    ("text", "meals"),
    [
        ("明天下午点心来一份", ("snack",)),
        ("订份下午茶", ("snack",)),
        ("后天中午和点心都订红烧肉", ("lunch", "snack")),
        ("明天早点来一份番茄炒蛋", ("breakfast",)),
        ("明天三顿都订", ("breakfast", "lunch", "dinner")),
    ],
)
def test_a_snack_is_a_meal_of_its_own(text, meals):
    assert act(text).meals == meals


@pytest.mark.parametrize(
    "text", ["我爸在厕所滑倒了", "心口疼得厉害", "老伴叫不醒了", "厨房着火了", "快打120", "鱼刺卡喉咙了"]
)
def test_danger_is_the_only_act(text):
    assert act(text + "，明天午饭红烧肉一份") == Act("emergency")


@pytest.mark.parametrize(
    "text", ["笑死我了", "饿死了快点送", "去年我摔倒过一次", "下雨天怕摔倒，送到家吧", "电话号码是多少"]
)
def test_stories_and_set_phrases_are_no_danger(text):
    assert all(one.intent != "emergency" for one in acts(text))


def test_day_meal_dish_number_and_way_are_read_from_one_sentence():
    assert act("后天中午给我来两份红烧肉，一碗米饭，送到家里") == Act(
        "order",
        dates=(date(2026, 3, 6),),
        meals=("lunch",),
        items=(Item("红烧肉", 2), Item("米饭", 1)),
        mode="delivery",
    )


def test_an_alias_is_the_dish():
    assert act("今天午饭西红柿炒蛋一份").items == (Item("番茄炒蛋"),)


def test_a_misheard_dish_is_found_by_its_sound():
    assert act("来一份番茄抄蛋").items == (Item("番茄炒蛋"),)


def test_a_dish_that_is_not_there_is_kept_as_said():
    assert act("给我来一份北京烤鸭").items == (Item("?", 1, "北京烤鸭"),)


def test_a_dish_of_two_words_carries_no_wish_about_sugar():
    assert act("明天中午要糖尿病的套餐") == Act(
        "order", dates=(date(2026, 3, 5),), meals=("lunch",), items=(Item("控糖套餐"),)
    )


def test_a_correction_leaves_the_last_word():
    assert act("要一份红烧肉，不对，三份").items == (Item("红烧肉", 3),)


def test_two_days_with_dishes_are_two_requests():
    found = acts("明天中午红烧肉一份，后天中午鲈鱼一份")

    assert [(one.dates[0].day, one.items[0].dish) for one in found] == [(5, "红烧肉"), (6, "清蒸鲈鱼")]


def test_traditional_characters_and_full_width_digits_are_read():
    assert act("明天午飯訂２份紅燒肉").items == (Item("红烧肉", 2),)


@pytest.mark.parametrize("text", ["给我妈订明天午饭", "替俺娘订明天午饭", "帮妈妈订明天的午饭"])
def test_the_person_meant_is_read(text):
    assert act(text).persons == ("妈妈",)


@pytest.mark.parametrize("text", ["老样子", "跟上次一样", "照上次的来"])
def test_the_same_again_is_understood(text):
    assert act(text).same_as == "last"


@pytest.mark.parametrize("text", ["1234 5678", "１２３４５６７８", "小票上写的是12345678"])
def test_the_number_of_a_slip_binds(text):
    assert act(text) == Act("bind", code="12345678")


@pytest.mark.parametrize(
    ("text", "choice"), [("2", 2), ("第二个", 2), ("选二号", 2), ("最后一个", -1), ("0", 0), ("两", 2)]
)
def test_a_choice_is_read_by_its_number(text, choice):
    assert act(text, asked="items", options=("甲", "乙")) == Act("select", choice=choice)


@pytest.mark.parametrize("text", ["1和3", "第一个和第三个", "1、3", "1 3"])
def test_two_choices_are_two_picks(text):
    assert [one.choice for one in acts(text, asked="items", options=("甲", "乙", "丙"))] == [1, 3]


def test_all_of_them_are_picked_at_once():
    assert [one.choice for one in acts("都要", asked="items", options=("甲", "乙"))] == [1, 2]


def test_a_dish_taken_away_at_the_read_back_is_a_change():
    found = act("米饭不要了", asked="confirm")

    assert (found.intent, found.old.items if found.old else found.off) == ("change", (Item("米饭"),))


def test_a_replacement_names_the_old_and_the_new():
    found = act("红烧肉换成鲈鱼", asked="confirm")

    assert (found.old.items, found.items) == ((Item("红烧肉"),), (Item("清蒸鲈鱼"),))


@given(st.text(max_size=80))
def test_any_text_gives_acts(text):
    assert acts(text)
