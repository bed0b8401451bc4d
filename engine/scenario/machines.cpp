// Named machines, and machines written as cpus=4 or sockets=2,cores=2,threads=1,nodes=2.
#include "base/limits.hpp"
#include "scenario/reading.hpp"
#include "scenario/readers.hpp"
#include "scenario/units.hpp"

namespace rq {

namespace {

constexpr u64 gib = u64{1} << 30;

MachineSpec make(const char* name, u32 sockets, u32 cores, u32 threads, u32 nodes, u32 distance,
                 u64 memory_per_node) {
    MachineSpec m;
    m.name = name;
    m.sockets = sockets;
    m.cores = cores;
    m.threads = threads;
    m.nodes = nodes;
    m.distance = distance;
    m.memory_bytes_per_node = memory_per_node;
    return m;
}

/// Where a number of the short form goes, and its bounds.
struct Part {
    std::string_view key;
    u32 MachineSpec::*member;
    u64 low;
    u64 high;
};

constexpr Part parts[] = {
    {"cpus", &MachineSpec::cores, 1, limits::cpus},
    {"sockets", &MachineSpec::sockets, 1, limits::cpus},
    {"cores", &MachineSpec::cores, 1, limits::cpus},
    {"threads", &MachineSpec::threads, 1, 8},
    {"nodes", &MachineSpec::nodes, 1, limits::nodes},
    {"distance", &MachineSpec::distance, 10, 254},
};

Diagnostic bad(std::string message, std::string hint = "") {
    return Diagnostic{"bad-machine", std::move(message), std::move(hint), 0, 0};
}

}  // namespace

const std::vector<MachineSpec>& named_machines() {
    static const std::vector<MachineSpec> machines = {
        make("uniprocessor", 1, 1, 1, 1, 20, gib),
        make("dual", 1, 2, 1, 1, 20, 2 * gib),
        make("quad", 1, 4, 1, 1, 20, 4 * gib),
        make("laptop", 1, 4, 2, 1, 20, 16 * gib),
        make("workstation", 1, 16, 2, 1, 20, 64 * gib),
        make("server", 2, 8, 2, 2, 20, 64 * gib),
        make("big-server", 4, 32, 2, 4, 21, 256 * gib),
    };
    return machines;
}

std::string machine_fault(const MachineSpec& m) {
    u64 cpus = u64{m.sockets} * m.cores * m.threads;
    if (cpus == 0) return "a machine needs at least one CPU.";
    if (cpus > limits::cpus)
        return "the machine has " + std::to_string(cpus) + " CPUs; 1024 is the most.";
    if (m.nodes == 0 || m.nodes > limits::nodes) return "a machine has 1 to 64 nodes.";
    // A node is some whole sockets, or some whole cores of one.
    u32 all_cores = m.sockets * m.cores;
    bool whole = m.sockets % m.nodes == 0 ||
                 (m.nodes % m.sockets == 0 && m.cores % (m.nodes / m.sockets) == 0) ||
                 (m.sockets == 1 && all_cores % m.nodes == 0);
    if (!whole) return "the nodes do not divide the sockets or the cores evenly.";
    if (m.distance < 10 || m.distance > 254) return "a distance is 10 to 254.";
    if (m.memory_bytes_per_node < 4096) return "a node needs some memory.";
    return "";
}

Result<MachineSpec> parse_machine(std::string_view text) {
    std::vector<std::string_view> known;
    for (const MachineSpec& m : named_machines()) {
        if (text == m.name) return m;
        known.emplace_back(m.name);
    }
    if (text.find('=') == std::string_view::npos) {
        std::string hint = did_you_mean(text, known);
        if (hint.empty()) hint = "Write cpus=4, sockets=2,cores=8,threads=2,nodes=2 or a name.";
        return bad("there is no machine " + quoted(text) + ".", hint);
    }
    MachineSpec machine;
    bool seen[std::size(parts)] = {};
    while (true) {
        std::size_t comma = text.find(',');
        std::string_view word = text.substr(0, comma);
        std::size_t equals = word.find('=');
        if (equals == std::string_view::npos) return bad(quoted(word) + " is no key=number.");
        std::string_view key = word.substr(0, equals);
        std::size_t k = 0;
        while (k < std::size(parts) && parts[k].key != key) ++k;
        u64 number = 0;
        if (key == "memory") {
            if (!parse_bytes(word.substr(equals + 1), machine.memory_bytes_per_node))
                return bad(quoted(word) + " is no size of memory.");
        } else if (k == std::size(parts)) {
            std::vector<std::string_view> keys;
            for (const Part& part : parts) keys.push_back(part.key);
            return bad("unknown key " + quoted(key) + " of a machine.", did_you_mean(key, keys));
        } else if (seen[k] || !parse_u64(word.substr(equals + 1), number) ||
                   number < parts[k].low || number > parts[k].high) {
            return bad(quoted(word) + (seen[k] ? " is written twice."
                                               : " is out of range: " +
                                                     std::to_string(parts[k].low) + " to " +
                                                     std::to_string(parts[k].high) + "."));
        } else {
            seen[k] = true;
            machine.*parts[k].member = static_cast<u32>(number);
        }
        if (comma == std::string_view::npos) break;
        text.remove_prefix(comma + 1);
    }
    if (seen[0] && (seen[1] || seen[2] || seen[3]))
        return bad("`cpus` says it all; it does not go with sockets, cores, threads.");
    std::string why = machine_fault(machine);
    if (!why.empty()) return bad(why);
    return machine;
}

}  // namespace rq
