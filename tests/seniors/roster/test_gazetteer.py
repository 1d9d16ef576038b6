import pytest

from canteen import places
from canteen.seniors.roster.gazetteer import Gazetteer

FUTIAN = "440304000000"


@pytest.fixture
def gazetteer(session):
    return Gazetteer(places.region_names(session))


@pytest.mark.parametrize(
    ("address", "near", "code"),
    [
        ("广东省深圳市福田区莲花街道彩田路1号", FUTIAN, "440304008000"),
        ("深圳市福田区", FUTIAN, "440304000000"),
        ("深圳福田莲花街道", FUTIAN, "440304008000"),
        ("莲花街道彩田社区", FUTIAN, "440304008901"),
        ("广东省 广州市 增城区 正果镇", FUTIAN, "440118104000"),
        ("天津市和平区劝业场街道", FUTIAN, "120101001000"),
        ("上海普陀区曹杨新村街道", FUTIAN, "310107005000"),
        ("湖南省衡阳市雁峰区", FUTIAN, "430000000000"),
        ("梅州", FUTIAN, "441400000000"),
        ("440304008000", FUTIAN, "440304008000"),
        ("440304 福田区", FUTIAN, "440304000000"),
        ("红海湾经济开发区遮浪街道", "441500000000", "441571001000"),
        ("和平区", "120000000000", "120101000000"),
    ],
)
def test_place_is_read_as_far_as_the_tree_reaches(gazetteer, address, near, code):
    assert gazetteer.place(address, near) == code


@pytest.mark.parametrize("address", ["", "彩田路 1 号", "福田路 3 号", "月亮背面", "3 栋 502"])
def test_address_without_a_place_names_none(gazetteer, address):
    assert gazetteer.place(address, FUTIAN) is None
