// Reading the recordings' figures, and the measure of likeness of two orders of slices.
#include "runs_data.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

namespace oracle {

namespace {

u64 number(const std::string& word) { return std::stoull(word); }

Figure figure(std::istringstream& in) {
    std::string value, own;
    in >> value >> own;
    if (value == "-") return {};
    return {number(value), number(own), true};
}

RecordedTask task(std::istringstream& in) {
    RecordedTask t;
    in >> t.name;
    t.share_ppm = figure(in);
    t.slice = figure(in);
    t.latency = figure(in);
    t.latency_p99 = figure(in);
    return t;
}

Slice slice(const std::string& word) {
    if (word == ".") return {Slice::idle, 0};
    std::size_t colon = word.find(':');
    return {static_cast<u32>(number(word.substr(0, colon))),
            static_cast<u32>(number(word.substr(colon + 1)))};
}

Seed seed(std::istringstream& in) {
    Seed s;
    in >> s.migrations;
    for (std::string word; in >> word;) s.share_ppm.push_back(word == "-" ? 0 : number(word));
    return s;
}

void take(Recording& r, const std::string& key, std::istringstream& in) {
    std::string word;
    if (key == "set" && in >> word) r.sysctl.push_back(word);
    if (key == "sched") {  // a value may hold several words
        std::getline(in >> std::ws, word);
        r.sched.push_back(word);
    }
    if (key == "boot") std::getline(in >> std::ws, r.boot);
    if (key == "window") in >> r.from >> r.length >> r.first_tick;
    if (key == "task") r.tasks.push_back(task(in));
    if (key == "switches") r.switches = figure(in);
    if (key == "order") in >> r.want_order >> r.want_lengths;
    if (key == "seed") r.seeds.push_back(seed(in));
    if (key == "names")
        while (in >> word) r.names.push_back(word);
    if (key == "slices")
        while (in >> word) r.slices.push_back(slice(word));
    if (key == "kind") {
        r.kinds.emplace_back();
        while (in >> word) r.kinds.back().push_back(static_cast<u32>(number(word)));
    }
    if (key == "group") {
        RecordedGroup g;
        in >> g.path >> g.nr_throttled >> g.throttled_usec;
        r.groups.push_back(g);
    }
}

}  // namespace

std::vector<Recording> read_recordings(const std::string& path) {
    std::vector<Recording> all;
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
        std::istringstream in(line);
        std::string key;
        if (!(in >> key) || key[0] == '#') continue;
        if (key == "workload") {
            all.emplace_back();
            in >> all.back().name >> all.back().file >> all.back().machine;
        } else if (!all.empty()) {
            take(all.back(), key, in);
        }
    }
    return all;
}

u64 alike(const std::vector<Slice>& a, const std::vector<Slice>& b, bool with_lengths) {
    std::size_t longer = std::max(a.size(), b.size());
    if (longer == 0) return 1000;
    std::vector<u32> above(b.size() + 1), row(b.size() + 1);
    for (const Slice& x : a) {
        for (std::size_t j = 0; j < b.size(); ++j) {
            bool same = with_lengths ? x == b[j] : x.task == b[j].task;
            row[j + 1] = same ? above[j] + 1 : std::max(above[j + 1], row[j]);
        }
        above.swap(row);
        row[0] = 0;
    }
    return u64{above.back()} * 1000 / longer;
}

}  // namespace oracle
