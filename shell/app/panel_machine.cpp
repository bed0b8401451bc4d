// The machine: nodes with their memory, last-level caches, cores and CPUs, and what each runs now.
#include <algorithm>
#include <cmath>

#include "app/parts.hpp"

namespace rq {

namespace {

// How CPUs are drawn, by how much room there is for each.
enum class Cell : u8 { Card, Square, Dot };

struct Grid {
    Cell cell;
    float w, h;
    u32 across;
};

Grid grid_of(const Box& box, u32 count) {
    const struct { Cell cell; float w, h; } forms[] = {
        {Cell::Card, 148, 84}, {Cell::Card, 104, 62}, {Cell::Card, 78, 50},
        {Cell::Square, 26, 26}, {Cell::Dot, 9, 9}};
    for (const auto& form : forms) {
        const u32 across = ImMax(1u, static_cast<u32>((box.w + 4) / (form.w + 4)));
        const u32 rows = (count + across - 1) / across;
        if (static_cast<float>(rows) * (form.h + 4) <= box.h + 4) {
            return {form.cell, form.w, form.h, across};
        }
    }
    return {Cell::Dot, 5, 5, ImMax(1u, static_cast<u32>(box.w / 7))};
}

void draw_card(ImDrawList& list, const App& app, const view::CpuBox& cpu, bool threads,
               const Box& box) {
    const Theme& t = theme();
    const bool chosen = cpu.cpu == app.model.selected_cpu();
    draw::rounded(list, box, chosen ? t.accent_wash : t.sunken, 6);
    draw::rounded_edge(list, box, chosen ? t.accent : t.line, 6, chosen ? 2.0f : 1.0f);
    std::string name = "CPU ";
    append_u64(name, cpu.cpu);
    draw::text(list, fonts().strong12, box.x + 8, box.y + 17, t.text1, name);
    std::string fact = cpu.isolated ? "isolated" : cpu.nohz_full ? "nohz" : "";
    if (fact.empty() && threads) append_u64(fact = "core ", cpu.core);
    if (box.w > 90) {
        draw::text(list, fonts().text11, box.right() - 7, box.y + 17, t.text3, fact, Align::Right);
    }
    if (cpu.task == no_task && cpu.name == "idle") {
        draw::text(list, fonts().text12, box.x + 8, box.y + 36, t.text3, "idle");
    } else if (cpu.task == no_task) {
        draw::text_cut(list, fonts().text12, box.x + 8, box.y + 36, t.text2, cpu.name, box.w - 14);
    } else {
        draw_task(list, app, cpu.task, box.x + 8, box.y + 36, box.w - 14);
    }
    if (box.h < 58) return;
    if (cpu.waiting.empty()) {
        draw::text(list, fonts().text11, box.x + 8, box.bottom() - 9, t.text3, "nobody waits");
        return;
    }
    float x = box.x + 8 + draw::text(list, fonts().text11, box.x + 8, box.bottom() - 9, t.text3,
                                     box.w > 120 ? "waits " : "+ ");
    for (u32 task : cpu.waiting) {
        if (x + 16 > box.right() - 4) break;
        draw::chip(list, app.model.cast()[task].letter, x, box.bottom() - 21, 16);
        x += 18;
    }
}

void draw_cell(ImDrawList& list, const App& app, const view::CpuBox& cpu, Cell cell,
               bool threads, const Box& box) {
    if (cell == Cell::Card) return draw_card(list, app, cpu, threads, box);
    const Theme& t = theme();
    const std::vector<CastRow>& cast = app.model.cast();
    const bool chosen = cpu.cpu == app.model.selected_cpu();
    if (cpu.task < cast.size() && cell == Cell::Square) {
        draw::chip(list, cast[cpu.task].letter, box.x, box.y, box.w, true);
    } else if (cpu.task < cast.size()) {
        draw::fill(list, box, draw::task_colour(cast[cpu.task].letter).fill);
    } else {
        draw::fill(list, box, t.sunken);
    }
    if (chosen) draw::edge(list, box, t.accent, 2);
    else if (cpu.task == no_task && box.w > 8) draw::edge(list, box, t.line);
}

std::string memory_words(const view::NodeBox& node) {
    const u64 used = node.present_pages - ImMin(node.present_pages, node.free_pages);
    return decimal(used * 4, 1024, 1) + " of " + decimal(node.present_pages * 4, 1024, 0) +
           " MiB used";
}

std::string distance_words(const view::NodeBox& node) {
    std::string out = "distance";
    for (u32 d : node.distance) {
        out += ' ';
        append_u64(out, d);
    }
    return out;
}

void draw_cpus(ImDrawList& list, App& app, const view::MachineMap& map,
               const std::vector<u32>& cpus, const Box& box) {
    const Grid grid = grid_of(box, static_cast<u32>(cpus.size()));
    for (u32 i = 0; i < cpus.size(); i++) {
        const view::CpuBox& cpu = map.cpus[cpus[i]];
        const Box at{box.x + static_cast<float>(i % grid.across) * (grid.w + 4),
                     box.y + static_cast<float>(i / grid.across) * (grid.h + 4), grid.w, grid.h};
        if (at.bottom() > box.bottom() + 1) break;
        draw_cell(list, app, cpu, grid.cell, map.cores < map.cpus.size(), at);
        if (!clicked(at)) continue;
        app.model.select_cpu(cpu.cpu);
        if (cpu.task != no_task) choose_task(app, cpu.task);
        backend_wake();
    }
}

// The CPUs of a node, those around one last-level cache together.
void draw_caches(ImDrawList& list, App& app, const view::MachineMap& map,
                 const view::NodeBox& node, const Box& box) {
    std::vector<u32> caches;
    for (u32 cpu : node.cpus) {
        const u32 llc = map.cpus[cpu].llc;
        if (std::find(caches.begin(), caches.end(), llc) == caches.end()) caches.push_back(llc);
    }
    const float h = box.h / static_cast<float>(ImMax(caches.size(), size_t{1}));
    for (size_t i = 0; i < caches.size(); i++) {
        std::vector<u32> cpus;
        for (u32 cpu : node.cpus) {
            if (map.cpus[cpu].llc == caches[i]) cpus.push_back(cpu);
        }
        Box part{box.x, box.y + h * static_cast<float>(i), box.w, h - 4};
        if (caches.size() > 1) {
            std::string name = "cache ";
            append_u64(name, caches[i]);
            draw::text(list, fonts().text11, part.x, part.y + 16, theme().text3, name);
            part = {part.x + 52, part.y, part.w - 52, part.h};
        }
        draw_cpus(list, app, map, cpus, part);
    }
}

void draw_node(ImDrawList& list, App& app, const view::MachineMap& map,
               const view::NodeBox& node, const Box& box) {
    const Theme& t = theme();
    draw::rounded_edge(list, box, t.control, 8, 1);
    std::string name = "Node ";
    append_u64(name, node.node);
    const float w = draw::text(list, fonts().strong13, box.x + 12, box.y + 21, t.text1, name);
    const bool tall = box.h >= 110;
    if (node.present_pages && w + 150 < box.w) {
        draw::text(list, fonts().text12, box.right() - 12, box.y + 21, t.text2,
                   memory_words(node), Align::Right);
    }
    const bool distances = map.nodes.size() > 1 && tall;
    if (distances) {
        draw::text_cut(list, fonts().mono11, box.x + 12, box.bottom() - 10, t.text3,
                       distance_words(node), box.w - 24);
    }
    draw_caches(list, app, map, node,
                {box.x + 12, box.y + 32, box.w - 24, box.h - 40 - (distances ? 20.0f : 0.0f)});
}

}  // namespace

void panel_machine(App& app, const Box& box) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const view::MachineMap& map = app.main.machine.of({app.model.revision(), 0, 0}, [&] {
        return view::machine_map(app.model.context(), app.model.books().cast);
    });
    const std::string figures = count_of(map.nodes.size(), "node", "nodes") + " \xC2\xB7 " +
                                count_of(map.llcs, "last-level cache", "last-level caches") +
                                " \xC2\xB7 " + count_of(map.cores, "core", "cores") +
                                " \xC2\xB7 " + count_of(map.cpus.size(), "CPU", "CPUs");
    const Box inside = begin_view(list, box, "What runs where?", figures);
    const float count = static_cast<float>(map.nodes.size());
    const float across = ImClamp(std::floor((inside.w - 24) / 230), 1.0f, count);
    const float rows = std::ceil(count / across);
    const float w = (inside.w - 32 - 8 * (across - 1)) / across;
    const float h = (inside.h - 12 - 8 * (rows - 1)) / rows;
    for (u32 i = 0; i < map.nodes.size(); i++) {
        const float column = static_cast<float>(i % static_cast<u32>(across));
        const float row = static_cast<float>(i / static_cast<u32>(across));
        draw_node(list, app, map, map.nodes[i],
                  {inside.x + 16 + column * (w + 8), inside.y + row * (h + 8), w, h});
    }
}

}  // namespace rq
