"""Every sentence keeps to what an old person can read, filled with the longest that can happen."""

import re
import string
from collections import defaultdict

import pytest

from bot import replies
from bot.simulator.menu import checked
from canteen.web.mine.door import PAGES

BANNED = (
    "核销", "提交", "登录", "会话", "参数", "异常", "系统", "验证", "输入", "有误", "无效", "订单", "状态", "余额",
    "账户", "操作", "点击", "请求", "token", "error",
)  # fmt: skip
LONG = defaultdict(
    lambda: "四个长字",
    name="欧阳秀英兰",
    relation="妈妈",
    day="12月 星期三（31号）",
    service_date="星期三（31号）",
    meal="午饭",
    phone="0755-55501000",
    dish="清蒸鲈鱼套餐",
    dishes="清蒸鲈鱼套餐×2、炒青菜×1",
    own="128.50元",
    price="128.50元",
    given="28.50元",
    fee="（送餐2.50元）",
    until="星期三（31号）10:30",
    said="明天中午给我来一份红烧肉再加米饭送到家里来谢谢",
    number="1234 5678",
    link="https://c.example/m/x",
    canteen="桂花里幸福食堂",
    address="东风路社区桂花里小区三号楼",
    cutoff_at="10:30",
    left="5",
    period="2025年11月30号到12月31号",
    question="爸爸的小票还没扫过。现在给谁？",
    tab="128.50元",
    distance="12.5公里",
    what="不能吃花生、虾，少盐、软食",
    allergen="花生、大豆",
    mode="在食堂吃，少盐、软食",
    count="14",
    pattern="每周一、三、五午饭",
    days="12月31号到1月7号",
    holidays="，节假日不订",
    instead="，没有就换清蒸鲈鱼",
)
SENTENCES = {
    f"{group}.{name}": text
    for group, named in replies.words().items()
    for name, text in (
        [(f"{a}.{b}", t) for a, n in named.items() for b, t in n.items()] if group == "refusals" else named.items()
    )
}


def filled(text):
    return string.Formatter().vformat(text, (), LONG)


@pytest.mark.parametrize("name", SENTENCES)
def test_a_sentence_is_short(name):
    assert len(filled(SENTENCES[name])) <= 60


@pytest.mark.parametrize("name", SENTENCES)
def test_a_sentence_asks_one_thing_at_most(name):
    assert SENTENCES[name].count("？") <= 1


@pytest.mark.parametrize("name", SENTENCES)
def test_a_sentence_has_no_word_of_ours(name):
    assert not [word for word in BANNED if word in SENTENCES[name].lower()]


def test_buttons_fit_the_platform():
    buttons = replies.menu_buttons("https://canteen.invalid")
    opened = [one["url"].rpartition("=")[2] for button in buttons for one in button["sub_button"] if "url" in one]

    assert checked({"button": buttons}) == buttons
    assert set(opened) <= set(PAGES)


def test_names_cannot_smuggle_a_link_in():
    said = replies.say("joining.hello", name='<a href="x">点我</a>')

    assert not re.search("[<>]", said)
