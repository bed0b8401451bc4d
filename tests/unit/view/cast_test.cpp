// Who is who in a run: indices, numbers after names, renames.
#include "unit/view/made_run.hpp"

#include <doctest/doctest.h>

using namespace rq;
using namespace rq::view;
using testing::MadeRun;

TEST_CASE("cast: tasks that share a name get #1, #2 in order of birth") {
    MadeRun m;
    Books books;
    books.begin(m.world);
    TaskId a = m.fork("worker", 10);
    TaskId b = m.fork("other", 11);
    TaskId c = m.fork("worker", 12);
    books.update(m.trace, 0);
    CHECK(books.cast.name(a) == "worker#1");
    CHECK(books.cast.name(b) == "other");
    CHECK(books.cast.name(c) == "worker#2");
    CHECK(books.cast[books.cast.index(a)].comm == "worker");
}

TEST_CASE("cast: a rename takes back the numbers and is undone by a cut") {
    MadeRun m;
    Books books;
    books.begin(m.world);
    TaskId a = m.fork("worker", 10);
    TaskId c = m.fork("worker", 12);
    Comm comm{"renamed"};
    u64 at = m.index;
    m.put(Ev::task_rename, 0, c, comm_word(comm, 0), comm_word(comm, 1));
    books.update(m.trace, 0);
    CHECK(books.cast.name(a) == "worker");
    CHECK(books.cast.name(c) == "renamed");
    books.cut(m.trace, m.world, at, 0);
    CHECK(books.cast.name(c) == "worker#2");
}

TEST_CASE("cast: an id whose slot was used again still means the first task") {
    MadeRun m;
    Books books;
    books.begin(m.world);
    TaskId first = m.fork("first", 10);
    m.world.tasks.destroy(first);
    TaskId second = m.fork("second", 11);
    REQUIRE(first.slot() == second.slot());
    books.update(m.trace, 0);
    CHECK(books.cast.name(first) == "first");
    CHECK(books.cast.name(second) == "second");
}

TEST_CASE("cast: idle tasks are nobody") {
    MadeRun m(2);
    Books books;
    books.begin(m.world);
    CHECK(books.cast.index(m.idle[1]) == no_task);
    CHECK(books.cast.is_idle(m.idle[1]));
    CHECK_FALSE(books.cast.is_idle(m.init));
    CHECK(books.cast[books.cast.index(m.init)].role == Role::init);
}
