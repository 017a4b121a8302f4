-- When a closure marked the record closed, which it does once, however often it is told to.
ALTER TABLE customer_closure ADD COLUMN closed_at TEXT;
