"""tmp"""
import time, cProfile, pstats
from services.capital.subscriptions import VEHICLES
from services.capital.handlers.projections import keep_vehicles
from services.capital.wire.facts import told_from
from services.capital.domain.fleet import as_told
from services.capital.repository.fleet import FleetRepository
from services.runtime.scope import Scope
from services.runtime.events import Reader
from services.runtime.adoption import Desks
from services.kernel.ids import OdsCode
from tests.delivery import Delivery, a_record
from tests.integration.capital import toy

async def test_perf(capital_database):
    t=time.perf_counter
    d=Delivery(capital_database, VEHICLES)
    await d.deliver(*(toy.registered(i, 2016+i%10) for i in range(1,1001)))
    facts=[toy.driven(i, 5000+i) for i in range(1,1001)]
    desk=Desks(capital_database,"test",[VEHICLES]).of(VEHICLES.topic,0)
    recs=[a_record(VEHICLES.topic, VEHICLES.source, f, 2, k) for k,f in enumerate(facts)]
    for _ in range(3):
        a=t(); arr=[desk.reader.read(r) for r in recs]; print("read", t()-a)
    evs=[x.event for x in arr]
    sc=Scope.system("consume",[OdsCode("RYA")])
    for _ in range(4):
        a=t(); told=[told_from(e.message) for e in evs]; b=t()
        async with capital_database.write(sc) as tx:
            fl=FleetRepository(tx); c=t()
            known=await fl.known({f.vehicle_id for f in told}); e=t()
            rows=as_told(known,told).values(); f=t()
            await fl.save(rows); g=t()
        print("told %.4f known %.4f fold %.4f save %.4f"%(b-a,e-c,f-e,g-f), "cpu")
    for _ in range(3):
        a=t()
        async with capital_database.write(sc) as tx: await keep_vehicles(tx, evs)
        print("apply", t()-a)
