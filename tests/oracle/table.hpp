// Tables of recorded results: rows by column name, and the count of those that come out equal.
#pragma once

#include <cstdio>
#include <fstream>
#include <map>
#include <string>
#include <vector>

namespace oracle {

using Row = std::map<std::string, std::string>;

struct Table {
    std::vector<std::string> columns;
    std::vector<Row> rows;
};

inline bool read_csv(const std::string& path, Table& table) {
    std::ifstream in(path);
    std::string line;
    while (std::getline(in, line)) {
        std::vector<std::string> cells(1);
        for (char ch : line) {
            if (ch == ',')
                cells.emplace_back();
            else if (ch != '\r')
                cells.back() += ch;
        }
        if (table.columns.empty()) {
            table.columns = cells;
            continue;
        }
        Row row;
        for (std::size_t i = 0; i < cells.size() && i < table.columns.size(); ++i)
            row[table.columns[i]] = cells[i];
        table.rows.push_back(row);
    }
    return !table.columns.empty();
}

/// Counts rows; says which cells differ, but not more than anyone would read.
class Score {
   public:
    void compare(const std::string& row, const std::string& column, const std::string& recorded,
                 const std::string& computed) {
        if (recorded == computed) return;
        row_equal_ = false;
        if (said_++ < 200)
            std::printf("%s %s: recorded %s, computed %s\n", row.c_str(), column.c_str(),
                        recorded.c_str(), computed.c_str());
    }
    void end_row() {
        ++rows_;
        equal_ += row_equal_;
        row_equal_ = true;
    }
    /// Prints the line that ends every comparison; 0 only if all rows are equal but the `known`
    /// ones, whose cause has been said.
    int finish(unsigned long long known = 0) const {
        if (said_ > 200) std::printf("… and %llu more cells\n", said_ - 200);
        std::printf("%llu of %llu rows equal\n", equal_, rows_);
        return rows_ > 0 && equal_ + known == rows_ ? 0 : 1;
    }

   private:
    unsigned long long rows_ = 0, equal_ = 0, said_ = 0;
    bool row_equal_ = true;
};

/// PATH itself, or the file of that name in the folder PATH.
inline std::string file_in(const std::string& path, const char* name) {
    std::ifstream probe(path + "/" + name);
    return probe.good() ? path + "/" + name : path;
}

std::string errno_name(long long result);

}  // namespace oracle
