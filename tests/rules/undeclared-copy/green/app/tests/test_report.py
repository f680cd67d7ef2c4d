from app.report import count_open


def test_open_parcels_are_counted(db):
    db.execute("DELETE FROM parcels WHERE carrier IN ('dhl', 'gls', 'ups')")
    assert count_open() == (0,)
