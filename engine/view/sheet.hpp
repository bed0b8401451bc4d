// A view in words: the table that says what its picture shows. The command line prints it, the page
// gives it to whoever reads instead of looking, and tests compare the two.
#pragma once

#include "view/books.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace rq {
struct Context;
}

namespace rq::view {

struct Sheet {
    struct Column {
        std::string name;
        bool number = false;  ///< aligned right
    };
    std::string title;        ///< what it is about, at which instant's state
    std::vector<Column> columns;
    std::vector<std::vector<std::string>> rows;
    std::string empty;        ///< said when there are no rows
};

/// What a sheet is about.
struct SheetSubject {
    const Context& c;
    const Books& books;
    const Trace& trace;
    u32 task = no_task;   ///< the selected one, in the cast
    u32 cpu = 0;          ///< the selected one
    u64 now = 0;          ///< simulated ns
    u64 t0 = 0;           ///< instants are counted from here
};

/// The names of the views that have a sheet, in the order of the page's tabs.
const std::vector<std::string_view>& sheet_names();
/// The sheet of a view; one without columns when there is no view of that name.
Sheet sheet(std::string_view view, const SheetSubject& subject);

/// Columns aligned by blanks, a line for each row; ends with a line feed.
std::string to_text(const Sheet& sheet);

}  // namespace rq::view
