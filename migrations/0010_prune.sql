-- Old rows of `used_hours` are found without reading the others.
CREATE INDEX used_hours_hour ON used_hours (hour);
