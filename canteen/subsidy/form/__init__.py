"""Show the common shapes of a policy as a form beside its text, and write what is typed there back into the text.

The text stays the one truth: a field knows the place of its value and changes nothing around it, neither comments nor
what no field knows. `form_of` also lists what it leaves alone, so that nobody takes the form for the whole.
"""

from canteen.subsidy.form.fields import Field, Form, Group, form_of
from canteen.subsidy.form.shapes import add_class, add_version, end_on, prolong, put, remove_class

__all__ = [
    "Field",
    "Form",
    "Group",
    "add_class",
    "add_version",
    "end_on",
    "form_of",
    "prolong",
    "put",
    "remove_class",
]
