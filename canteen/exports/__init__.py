"""Hand the books to other systems: vouchers for accounting software, daily figures for the platform of a city.

Every file can be read back by what wrote it and adds up to the same: `retotal` for vouchers, `read_city` for a city's.
No file holds a name, a number or a reference of a person.
"""

from canteen.exports.city import CityLine, city_lines, city_text, read_city
from canteen.exports.files import write_city, write_whole
from canteen.exports.vouchers import VoucherLayout, VoucherLine, retotal, voucher_file, voucher_layouts, voucher_lines

__all__ = [
    "CityLine", "VoucherLayout", "VoucherLine", "city_lines", "city_text", "read_city", "retotal", "voucher_file",
    "voucher_layouts", "voucher_lines", "write_city", "write_whole",
]  # fmt: skip
