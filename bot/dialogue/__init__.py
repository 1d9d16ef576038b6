"""Talk with people, one capability of the canteen a file.

Every file calls verbs and says sentences.

``turn`` holds what one turn works with; ``joining`` binds, ``family`` finds out for whom, ``menu`` shows, ``ordering``
reads back and places, ``booked`` lists and cancels, ``code`` hands out meal codes, ``asking`` explains prices and
hours, ``handover`` fetches people, ``courtesy`` answers politeness.
"""
