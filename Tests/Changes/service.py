"""A shop on FastAPI and SQLAlchemy whose next deployment can be told: what its handlers cost, and whether they fail.

Run with ../EndToEndTests/Service on PYTHONPATH: uvicorn service:app. Environment:
  SHOP_DATABASE, SHOP_LOG   files
  SHOP_ORDERS               one-by-one (N+1, the default) or joined
  SHOP_SLOWER               factor on every handler's time (1)
  SHOP_FAILING              share of /products that answers 500 (0)
"""

import os
import random
import time

from fastapi import FastAPI, HTTPException, Request
from sqlalchemy import ForeignKey, create_engine, event, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from middleware import RequestLog, count_queries, current

PRODUCTS, ORDERS = 300, 300
# What a database on another machine takes for a statement: the median, and the spread of its logarithm.
STATEMENT_SECONDS, STATEMENT_SPREAD = 0.0025, 0.5

one_by_one = os.environ.get("SHOP_ORDERS", "one-by-one") == "one-by-one"
slower = float(os.environ.get("SHOP_SLOWER", "1"))
failing = float(os.environ.get("SHOP_FAILING", "0"))


class Base(DeclarativeBase):
    pass


class Product(Base):
    __tablename__ = "products"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Item(Base):
    __tablename__ = "items"
    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(index=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"))


engine = create_engine(f"sqlite:///{os.environ['SHOP_DATABASE']}", pool_size=50, connect_args={"timeout": 30})
Base.metadata.create_all(engine)
with Session(engine) as filling:
    if filling.get(Product, 1) is None:
        filling.add_all(Product(id=n, name=f"product {n}") for n in range(1, PRODUCTS + 1))
        filling.add_all(
            Item(order_id=n, product_id=1 + (n * k) % PRODUCTS) for n in range(1, ORDERS + 1) for k in range(4 + n % 9))
        filling.commit()
count_queries(engine)


@event.listens_for(engine, "before_cursor_execute")
def wait_for_the_network(connection, cursor, statement, parameters, context, executemany):
    time.sleep(slower * random.lognormvariate(0, STATEMENT_SPREAD) * STATEMENT_SECONDS)


shop = FastAPI()


def know_user(request: Request):
    if cookie := request.cookies.get("session"):
        current.get().user_id = cookie


@shop.get("/orders/{id}")
def order(id: int, request: Request):
    know_user(request)
    with Session(engine) as session:
        if one_by_one:
            items = session.scalars(select(Item).where(Item.order_id == id)).all()
            names = [session.scalar(select(Product.name).where(Product.id == item.product_id)) for item in items]
        else:
            joined = select(Product.name).join(Item, Item.product_id == Product.id).where(Item.order_id == id)
            names = session.scalars(joined).all()
    return {"id": id, "items": list(names)}


@shop.get("/products")
def products(request: Request, page: int = 0):
    know_user(request)
    with Session(engine) as session:
        rows = session.scalars(select(Product.name).offset(10 * page).limit(10)).all()
        session.scalars(select(Product.id).limit(1)).all()
    if random.random() < failing:
        raise HTTPException(500)
    return {"products": list(rows)}


@shop.get("/search")
def search(request: Request, q: int = 0):
    know_user(request)
    with Session(engine) as session:
        for n in range(4):
            rows = session.scalars(select(Product.name).where(Product.id % 97 == (q + n) % 97)).all()
    return {"found": list(rows)}


app = RequestLog(shop, os.environ["SHOP_LOG"], os.environ.get("SHOP_VERSION", "1"))
