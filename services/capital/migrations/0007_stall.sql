-- A search may end because it gets nowhere; what was asked for stays as it was, like its other limits.

ALTER TABLE plan ADD COLUMN stall_seconds integer NOT NULL DEFAULT 0
    CHECK (stall_seconds BETWEEN 0 AND 1800);
COMMENT ON COLUMN plan.stall_seconds IS
    'Seconds in which neither plan nor bound may stand still; 0: they may for ever.';

CREATE FUNCTION keep_stall_as_asked() RETURNS trigger
    LANGUAGE plpgsql AS
$$
BEGIN
    RAISE EXCEPTION 'the limits of a search do not change'
        USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER plan_stall_as_asked BEFORE UPDATE OF stall_seconds ON plan
    FOR EACH ROW WHEN (OLD.stall_seconds IS DISTINCT FROM NEW.stall_seconds)
    EXECUTE FUNCTION keep_stall_as_asked();
