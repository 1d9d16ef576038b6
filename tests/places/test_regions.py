from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canteen import places
from canteen.foundation.errors import Invalid, NotFound, Refused

AT = datetime(2026, 3, 2, tzinfo=UTC)
codes = st.from_regex(r"[1-9][0-9]{11}", fullmatch=True)


@pytest.mark.parametrize(
    ("code", "leading", "level"),
    [
        ("440000000000", "44", "province"),
        ("500000000000", "50", "province"),
        ("440300000000", "4403", "city"),
        ("440304000000", "440304", "district"),
        ("440304010000", "440304010", "town"),
        ("440304400000", "440304400", "town"),
        ("440304010010", "440304010010", "village"),
        ("441900003000", "441900003", "town"),
    ],
)
def test_prefix_and_level_are_read_in_whole_groups(code, leading, level):
    assert (places.prefix(code), places.level(code)) == (leading, level)


def test_town_of_a_city_without_districts_lies_in_the_city():
    assert places.parent("441900003000") == "441900000000"


@given(codes)
def test_every_place_lies_in_every_wider_one(code):
    assert all(places.is_within(code, wider) for wider in places.ancestry(code))


@given(codes)
def test_ancestry_ends_at_the_province(code):
    assert list(places.ancestry(code))[-1] == code[:2] + "0" * 10


def test_neighbouring_street_is_not_within():
    assert not places.is_within("440304011000", "440304001000")


@pytest.mark.parametrize(
    "code", ["", "4403", "4403040000000", "44030400000a", "000304000000", "４４０３０４００００００"]
)
def test_malformed_code_is_refused(code):
    with pytest.raises(Invalid) as refusal:
        places.prefix(code)
    assert refusal.value.code == "places.code_malformed"


def test_short_codes_are_padded():
    assert places.padded("440304") == "440304000000"


def test_code_of_odd_length_is_not_padded():
    with pytest.raises(Invalid):
        places.padded("44030")


def test_loading_twice_adds_nothing(session):
    assert places.load_regions(session) == 0


def test_path_names_every_level(session):
    assert places.region_path(session, "440118104000") == {
        "province": "广东省",
        "city": "广州市",
        "district": "增城区",
        "town": "正果镇",
    }


def test_every_place_of_the_data_file_has_its_parent(session):
    names = places.region_names(session)
    assert [code for code in names if places.parent(code) not in (None, *names)] == []


def test_local_zone_of_shanwei_is_marked_local(session):
    zones = [region for region in places.children(session, code="441500000000") if region.is_local]
    assert [zone.name for zone in zones] == ["红海湾经济开发区", "华侨管理区"]


def test_added_village_is_found_below_its_town(session):
    places.add_region(session, code="440118104905", name="黄屋村", is_local=True, actor="staff:1", at=AT)
    assert "黄屋村" in [child.name for child in places.children(session, code="440118104000")]


def test_place_without_a_known_parent_is_refused(session):
    with pytest.raises(NotFound) as refusal:
        places.add_region(session, code="440118999001", name="x", is_local=True, actor="staff:1", at=AT)
    assert refusal.value.params == {"region": "440118999000"}


def test_taken_code_is_refused(session):
    with pytest.raises(Refused) as refusal:
        places.add_region(session, code="440304000000", name="x", is_local=True, actor="staff:1", at=AT)
    assert refusal.value.code == "places.region_exists"
