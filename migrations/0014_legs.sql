-- The answered leg that a lease is charged for, as the PBX names it: a second one under the same verdict is charged apart.
ALTER TABLE leases ADD COLUMN leg TEXT;
