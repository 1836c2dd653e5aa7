"""From a request to a run with its report.

Read in this order: `request` (what the user wants), `session` (the whole way), `reading`, `prepare`,
`planning`, `schedule` (the next trial, as long as there is time); `state`, `clock`, `events`, `metering`,
`machine` and `workers` serve them.
"""
