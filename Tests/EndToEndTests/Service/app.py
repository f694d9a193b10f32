"""A small shop on FastAPI and SQLite: lists, a cached page, an N+1 route, a login, a report, a route that fails.

Run: SHOP_LOG=app.log SHOP_DATABASE=shop.db uvicorn app:app --no-access-log
"""

import asyncio
import itertools
import os
import time

from fastapi import Depends, FastAPI, HTTPException, Request, Response
from fastapi.responses import StreamingResponse
from sqlalchemy import ForeignKey, create_engine, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from middleware import RequestLog, count_queries, current

PRODUCTS, ORDERS, USERS = 200, 120, 20


class Base(DeclarativeBase):
    pass


class Product(Base):
    __tablename__ = "products"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    cents: Mapped[int]


class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int]


class Item(Base):
    __tablename__ = "items"
    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"))


engine = create_engine(
    f"sqlite:///{os.environ['SHOP_DATABASE']}", pool_size=50, connect_args={"timeout": 30}
)


def fill():
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all(Product(id=n, name=f"product {n}", cents=99 * n) for n in range(1, PRODUCTS + 1))
        session.add_all(Order(id=n, user_id=n % USERS) for n in range(1, ORDERS + 1))
        # Order n has n % 70 items, so that some orders need more than 63 queries.
        session.add_all(
            Item(order_id=n, product_id=1 + (n * k) % PRODUCTS) for n in range(1, ORDERS + 1) for k in range(n % 70)
        )
        session.commit()


fill()
count_queries(engine)
shop = FastAPI()
visits = itertools.count(1)
page_cache = {}


def database():
    with Session(engine) as session:
        yield session


def user(request: Request):
    """The user of the session cookie `u7`, or None."""
    cookie = request.cookies.get("session", "")
    if cookie.startswith("u") and cookie[1:].isdigit() and int(cookie[1:]) < USERS:
        current.get().user_id = int(cookie[1:])
        return int(cookie[1:])
    return None


def required_user(user_id=Depends(user)):
    if user_id is None:
        raise HTTPException(401)
    return user_id


@shop.get("/products")
def products(page: int = 0, _=Depends(user), db: Session = Depends(database)):
    total = db.scalar(select(func.count()).select_from(Product))
    rows = db.scalars(select(Product).offset(20 * page).limit(20)).all()
    return {"total": total, "products": [{"id": row.id, "name": row.name} for row in rows]}


@shop.get("/products/{id}")
def product(id: int, _=Depends(user), db: Session = Depends(database)):
    """Kept in memory for half a second: the application has a cache of its own, beside the proxy's."""
    kept = page_cache.get(id)
    if kept and time.monotonic() - kept[0] < 0.5:
        current.get().cache = "hit"
        return kept[1]
    current.get().cache = "expired" if kept else "miss"
    row = db.get(Product, id)
    if row is None:
        raise HTTPException(404)
    page = {"id": row.id, "name": row.name, "cents": row.cents}
    page_cache[id] = (time.monotonic(), page)
    return page


@shop.get("/orders/{id}")
def order(id: int, _=Depends(user), db: Session = Depends(database)):
    """One query for the order, one for its items, one per item: N+1."""
    row = db.get(Order, id)
    if row is None:
        raise HTTPException(404)
    items = db.scalars(select(Item).where(Item.order_id == id)).all()
    names = [db.scalar(select(Product.name).where(Product.id == item.product_id)) for item in items]
    return {"id": row.id, "items": names}


@shop.post("/orders", status_code=201)
def place_order(user_id: int = Depends(required_user), db: Session = Depends(database)):
    row = Order(user_id=user_id)
    db.add(row)
    db.commit()
    return {"id": row.id}


@shop.get("/admin/reports")
async def reports(user_id: int = Depends(required_user)):
    """Waits in the event loop and asks in a worker thread: the counter must follow both."""
    def sales():
        with Session(engine) as session:
            return [session.scalar(select(func.count()).where(Item.product_id == n)) for n in range(12)]

    await asyncio.sleep(0.02)
    return {"user": user_id, "sales": await asyncio.to_thread(sales)}


@shop.post("/login")
def login(response: Response, name: int, password: str, db: Session = Depends(database)):
    db.scalar(select(func.count()).select_from(Order).where(Order.user_id == name))
    if password != "open" or name >= USERS:
        raise HTTPException(401)
    current.get().user_id = name
    response.set_cookie("session", f"u{name}")
    return {"user": name}


@shop.get("/flaky")
def flaky(_=Depends(user), db: Session = Depends(database)):
    db.scalar(select(1))
    if next(visits) % 5 == 0:
        raise RuntimeError("every fifth visit fails")
    return {"ok": True}


@shop.get("/export")
async def export(_=Depends(user)):
    async def rows():
        for n in range(50):
            yield f"{n},{n * n}\n" * 40
            if n % 10 == 0:
                await asyncio.sleep(0.001)

    return StreamingResponse(rows(), media_type="text/csv")


@shop.get("/__truth")
def truth():
    return app.truth.dump()


app = RequestLog(shop, os.environ["SHOP_LOG"], os.environ.get("SHOP_VERSION", "2.3.0"))
