// Draws the run queue: x is the order of keys and y the depth, so edges never cross.
#include "app/tree.hpp"

#include <algorithm>
#include <cmath>

#include "imgui_internal.h"

#include "base/text.hpp"

namespace rq {

namespace {

constexpr float node_w = 116, node_h = 46, eevdf_h = 62;
constexpr float small_w = 82, small_h = 42;
constexpr float chip_w = 24, chip_h = 24;
constexpr size_t most_nodes = 31;  // above, subtrees off the spines become triangles

enum class Form : unsigned char { Full, Small, Chip };

// What stands at one place of the row: a node, or a subtree folded into a triangle.
struct Item {
    s32 node;
    u32 folded;  // tasks in the triangle, 0 = a node
    float x, y;
};

struct Picture {
    Form form;
    float w, h;
    std::vector<Item> items;
    std::vector<s32> item_of;  // by node
};

u32 count_below(const view::RqTree& rows, s32 node) {
    u32 count = 0;
    std::vector<s32> todo{node};
    while (!todo.empty()) {
        const s32 at = todo.back();
        todo.pop_back();
        if (at < 0) continue;
        count++;
        todo.push_back(rows.nodes[static_cast<size_t>(at)].left);
        todo.push_back(rows.nodes[static_cast<size_t>(at)].right);
    }
    return count;
}

// Marks the nodes that are drawn as nodes: all of a small tree, else the top and the spines.
std::vector<char> shown_nodes(const view::RqTree& rows, u32 selected) {
    std::vector<char> shown(rows.nodes.size(), rows.nodes.size() <= most_nodes);
    if (rows.nodes.size() <= most_nodes) return shown;
    for (size_t i = 0; i < rows.nodes.size(); i++) {
        const view::RqNode& node = rows.nodes[i];
        if (node.depth <= 1) shown[i] = 1;
        if (!node.leftmost && node.task != selected) continue;
        for (s32 at = static_cast<s32>(i); at >= 0;) {
            shown[static_cast<size_t>(at)] = 1;
            at = rows.nodes[static_cast<size_t>(at)].parent;
        }
    }
    return shown;
}

void collect(const view::RqTree& rows, const std::vector<char>& shown, Picture& picture) {
    picture.item_of.assign(rows.nodes.size(), -1);
    for (size_t i = 0; i < rows.nodes.size(); i++) {
        const view::RqNode& node = rows.nodes[i];
        const bool folded_root = !shown[i] && node.parent >= 0 &&
                                 shown[static_cast<size_t>(node.parent)];
        if (!shown[i] && !folded_root) continue;
        picture.item_of[i] = static_cast<s32>(picture.items.size());
        const u32 folded = folded_root ? count_below(rows, static_cast<s32>(i)) : 0;
        picture.items.push_back({static_cast<s32>(i), folded, 0, 0});
    }
}

void place(const view::RqTree& rows, const Box& box, bool eevdf, Picture& picture) {
    u32 deepest = 0;
    for (const Item& item : picture.items) {
        deepest = std::max(deepest, rows.nodes[static_cast<size_t>(item.node)].depth);
    }
    const float n = static_cast<float>(picture.items.size());
    const float room = 2 * box.w / (n + 1);  // same-depth nodes are two places apart or more
    picture.form = room >= node_w + 8 || n <= 2 ? Form::Full
                   : room >= small_w + 6 ? Form::Small : Form::Chip;
    const bool full = picture.form == Form::Full, small = picture.form == Form::Small;
    picture.w = full ? node_w : small ? small_w : chip_w;
    picture.h = full ? (eevdf ? eevdf_h : node_h) : small ? small_h : chip_h;
    const float levels = static_cast<float>(deepest);
    const float tall = deepest ? (box.h - picture.h - 22) / levels : 0;
    const float step = std::clamp(tall, picture.h + 8, 82.0f);
    const float place_w = n > 1 ? std::min((box.w - picture.w) / (n - 1), 130.0f) : 0;
    const float left = box.x + (box.w - place_w * (n - 1)) / 2;
    for (size_t i = 0; i < picture.items.size(); i++) {
        Item& item = picture.items[i];
        const u32 depth = rows.nodes[static_cast<size_t>(item.node)].depth;
        item.x = draw::snap(left + place_w * static_cast<float>(i) - picture.w / 2);
        item.y = draw::snap(box.y + step * static_cast<float>(depth));
    }
}

bool pressed(const Box& box) {
    return box.contains(ImGui::GetIO().MousePos) && ImGui::IsWindowHovered() &&
           ImGui::IsMouseClicked(ImGuiMouseButton_Left);
}

u32 letter_of(const std::vector<CastRow>& cast, u32 task) {
    return task < cast.size() ? cast[task].letter : no_letter;
}

void draw_edges(ImDrawList& list, const view::RqTree& rows, const Picture& picture) {
    for (const Item& item : picture.items) {
        const s32 parent = rows.nodes[static_cast<size_t>(item.node)].parent;
        if (parent < 0) continue;
        const Item& above = picture.items[static_cast<size_t>(
            picture.item_of[static_cast<size_t>(parent)])];
        draw::connector(list, ImVec2(above.x + picture.w / 2, above.y + picture.h),
                        ImVec2(item.x + picture.w / 2, item.y), theme().control, 1.5f);
    }
}

// EEVDF: a full dot for who is eligible, a ring for who is not yet; the deadline below.
void draw_eevdf_keys(ImDrawList& list, const Box& box, const view::RqNode& node) {
    const Theme& t = theme();
    const ImVec2 dot(box.x + 15, box.y + 34);
    if (node.eligible) {
        list.AddCircleFilled(dot, 4, t.text1);
    } else {
        list.AddCircle(dot, 3.5f, t.text1, 0, 1.5f);
    }
    draw::text(list, fonts().mono12, box.x + 24, box.y + 38, t.text2,
               shown_vruntime(node.vruntime));
    draw::text(list, fonts().mono12, box.x + 11, box.y + 54, t.text3, "d");
    draw::text(list, fonts().mono12, box.x + 24, box.y + 54, t.text1,
               shown_vruntime(node.deadline));
}

void draw_full_node(ImDrawList& list, const Box& box, const view::RqNode& node, u32 letter,
                    bool selected, bool eevdf) {
    const Theme& t = theme();
    const ImU32 edge = node.red ? t.tree_red : t.tree_black;
    draw::rounded(list, box, selected ? t.accent_wash : t.surface, 8);
    if (!node.red) {
        list.AddRectFilled(ImVec2(box.x, box.y), ImVec2(box.x + 5, box.bottom()), edge, 6,
                           ImDrawFlags_RoundCornersLeft);
    }
    draw::rounded_edge(list, box, edge, 8, 2);
    draw::chip(list, letter, box.x + 10, box.y + 7, 16);
    draw::text_cut(list, fonts().strong12, box.x + 31, box.y + 19.5f, t.text1, node.name,
                   box.w - 39);
    if (eevdf) {
        draw_eevdf_keys(list, box, node);
        return;
    }
    draw::text(list, fonts().mono12, box.x + 11, box.y + 39, t.text2, shown_vruntime(node.key));
    draw::text(list, fonts().strong11, box.right() - 8, box.y + 39,
               node.red ? t.tree_red : t.text1, node.red ? "red" : "black", Align::Right);
}

void draw_small_node(ImDrawList& list, const Box& box, const view::RqNode& node, u32 letter,
                     Form form, bool selected) {
    const Theme& t = theme();
    const ImU32 edge = node.red ? t.tree_red : t.tree_black;
    draw::rounded(list, box, selected ? t.accent_wash : t.surface, 6);
    if (!node.red) {
        list.AddRectFilled(ImVec2(box.x, box.y), ImVec2(box.x + 4, box.bottom()), edge, 5,
                           ImDrawFlags_RoundCornersLeft);
    }
    draw::rounded_edge(list, box, edge, 6, 2);
    const float middle = box.x + box.w / 2;
    draw::chip(list, letter, middle - 8, box.y + (form == Form::Chip ? 4.0f : 5.0f), 16);
    if (form == Form::Small) {
        draw::text(list, fonts().mono11, middle, box.y + 35, t.text2, shown_vruntime(node.key),
                   Align::Centre);
    }
}

void draw_folded(ImDrawList& list, const Item& item, float w, const Theme& t) {
    const float x = item.x + w / 2;
    list.AddTriangle(ImVec2(x, item.y), ImVec2(x + 14, item.y + 26), ImVec2(x - 14, item.y + 26),
                     t.control, 1.5f);
    std::string count;
    append_u64(count, item.folded);
    draw::text(list, fonts().text11, x, item.y + 40, t.text3, count + " more", Align::Centre);
}

// Below the node; beside the edge to its right child when it has one.
void draw_leftmost_words(ImDrawList& list, const Box& box, const view::RqNode& node, bool eevdf) {
    const ImU32 colour = theme().accent;
    const float middle = box.x + box.w / 2;
    if (node.right < 0) {
        draw::text(list, fonts().strong12, ImMax(middle, box.x + 58), box.bottom() + 19, colour,
                   eevdf ? "picked: next to run" : "leftmost: next to run", Align::Centre);
        return;
    }
    draw::text(list, fonts().strong12, middle - 6, box.bottom() + 19, colour,
               eevdf ? "picked:" : "leftmost:", Align::Right);
    draw::text(list, fonts().strong12, middle - 6, box.bottom() + 34, colour, "next to run",
               Align::Right);
}

u32 draw_nodes(ImDrawList& list, const view::RqTree& rows, const Picture& picture,
               const std::vector<CastRow>& cast, const TreeState& state) {
    const Theme& t = theme();
    u32 clicked = no_task;
    for (const Item& item : picture.items) {
        const view::RqNode& node = rows.nodes[static_cast<size_t>(item.node)];
        if (item.folded) {
            draw_folded(list, item, picture.w, t);
            continue;
        }
        const Box box{item.x, item.y, picture.w, picture.h};
        const bool selected = node.task == state.selected;
        const bool next = state.eevdf ? item.node == rows.pick : node.leftmost;
        if (next) {
            draw::dashed_box(list, {box.x - 4, box.y - 4, box.w + 8, box.h + 8}, t.accent, 10,
                             1.5f);
        }
        if (picture.form == Form::Full) {
            draw_full_node(list, box, node, letter_of(cast, node.task), selected, state.eevdf);
        } else {
            draw_small_node(list, box, node, letter_of(cast, node.task), picture.form, selected);
        }
        if (next && picture.form != Form::Chip) {
            draw_leftmost_words(list, box, node, state.eevdf);
        }
        if (pressed(box)) clicked = node.task;
    }
    return clicked;
}

u32 draw_running(ImDrawList& list, const Box& box, const view::RqTree& rows,
                 const std::vector<CastRow>& cast, const TreeState&) {
    const Theme& t = theme();
    std::string title = "On CPU ";
    append_u64(title, rows.cpu);
    draw::text(list, fonts().text12, box.x, box.y + 10, t.text2, title);
    if (!rows.has_curr) {
        draw::text(list, fonts().text13, box.x, box.y + 34, t.text1, "no fair task");
        return no_task;
    }
    const Box node{box.x, box.y + 18, 106, node_h};
    draw::rounded(list, node, t.accent_wash, 8);
    draw::rounded_edge(list, node, t.accent, 8, 2);
    draw::chip(list, letter_of(cast, rows.curr.task), node.x + 10, node.y + 7, 16);
    draw::text_cut(list, fonts().strong12, node.x + 31, node.y + 19.5f, t.text1,
                   rows.curr.name, node.w - 38);
    draw::text(list, fonts().mono12, node.x + 11, node.y + 39, t.text2,
               shown_vruntime(rows.curr.vruntime));
    draw::text(list, fonts().text12, box.x, node.bottom() + 19, t.text3, "outside the tree");
    draw::text(list, fonts().text12, box.x, node.bottom() + 35, t.text3, "while it runs");
    return pressed(node) ? rows.curr.task : no_task;
}

/// A task on the line of keys: where its key is, and where its chip has room.
struct Mark {
    s64 key;
    u32 task;
    float x, chip;
};

std::vector<Mark> number_line_marks(const view::RqTree& rows) {
    std::vector<Mark> marks;
    for (const view::RqNode& node : rows.nodes) {
        marks.push_back({static_cast<s64>(node.vruntime), node.task, 0, 0});
    }
    if (rows.has_curr) {
        marks.push_back({static_cast<s64>(rows.curr.vruntime), rows.curr.task, 0, 0});
    }
    std::sort(marks.begin(), marks.end(), [](const Mark& a, const Mark& b) {
        return a.key < b.key || (a.key == b.key && a.task < b.task);
    });
    return marks;
}

}  // namespace

void draw_number_line(ImDrawList& list, const Box& box, const view::RqTree& rows,
                      const std::vector<CastRow>& cast, bool eevdf) {
    const Theme& t = theme();
    std::vector<Mark> marks = number_line_marks(rows);
    if (marks.empty()) return;
    // What everybody is measured by: the queue's least vruntime, or in 6.12 the average.
    const s64 least = eevdf ? rows.avg_vruntime : static_cast<s64>(rows.min_vruntime);
    const double low_key = static_cast<double>(std::min(marks.front().key, least));
    const double high_key = static_cast<double>(std::max(marks.back().key, least));
    const double span = std::max(high_key - low_key, 50'000.0) * 1.12;
    const double low = (low_key + high_key - span) / 2;
    const float x0 = box.x + 80, x1 = box.right() - 28, axis = box.bottom() - 36;
    const double scale = static_cast<double>(x1 - x0) / span;
    auto at = [&](s64 key) {
        return x0 + static_cast<float>((static_cast<double>(key) - low) * scale);
    };
    draw::text(list, fonts().mono12, box.x, axis + 4, t.text2, "vruntime");
    draw::hline(list, x0, x1, axis, t.control, 1.5f);
    const s64 step = static_cast<s64>(ruler_step(1 / scale, 72));
    const s64 first_step = static_cast<s64>(std::ceil(low / static_cast<double>(step)));
    for (s64 v = first_step * step; at(v) <= x1; v += step) {
        draw::vline(list, at(v), axis, axis + 5, t.control);
        const std::string label = ruler_label(static_cast<u64>(v < 0 ? -v : v),
                                              static_cast<u64>(step));
        draw::text(list, fonts().mono11, at(v), axis + 18, t.text3,
                   v < 0 ? "\xE2\x88\x92" + label : label, Align::Centre);
    }
    // Chips keep their order and give way to each other; the tick says the exact place.
    float right = x0 - 100;
    for (Mark& mark : marks) {
        mark.x = at(mark.key);
        mark.chip = std::max(mark.x - 8, right + 2);
        right = mark.chip + 16;
    }
    float limit = x1 + 24;
    for (size_t i = marks.size(); i-- > 0;) {
        marks[i].chip = std::min(marks[i].chip, limit - 18);
        limit = marks[i].chip;
    }
    for (const Mark& mark : marks) {
        draw::vline(list, mark.x, axis - 8, axis, t.text1, 1.5f);
        if (marks.size() > 40) continue;
        draw::chip(list, letter_of(cast, mark.task), mark.chip, axis - 26, 16);
    }
    const float m = at(least);
    draw::triangle_up(list, m, axis + 2, 8, t.accent);
    draw::text(list, fonts().mono11, std::clamp(m, x0 + 36, x1 - 36), axis + 32, t.accent,
               eevdf ? "average: left of it eligible" : "min_vruntime", Align::Centre);
    if (eevdf || !rows.has_curr || rows.nodes.empty() || box.h < 90) return;
    const s64 first = static_cast<s64>(rows.nodes.front().key);
    const s64 running = static_cast<s64>(rows.curr.vruntime);
    const float a = at(std::min(first, running)), b = at(std::max(first, running));
    if (b - a < 4) return;
    draw::hline(list, a, b, axis - 40, t.accent, 1.5f);
    draw::vline(list, a, axis - 40, axis - 34, t.accent, 1.5f);
    draw::vline(list, b, axis - 40, axis - 34, t.accent, 1.5f);
    const u64 difference = static_cast<u64>(first > running ? first - running : running - first);
    const std::string words = "\xCE\x94 " + ms3(difference);
    const float half = draw::width(fonts().strong12, words) / 2;
    draw::text(list, fonts().strong12, std::clamp((a + b) / 2, x0 + half, x1 - half), axis - 48,
               t.accent, words, Align::Centre);
}

u32 draw_run_queue(ImDrawList& list, const Box& box, const view::RqTree& rows,
                   const std::vector<CastRow>& cast, const TreeState& state) {
    draw::fill(list, box, theme().surface);
    const float line_h = box.h >= 230 ? 104.0f : 0.0f;
    const Box left{box.x + 16, box.y + 14, 116, box.h};
    u32 clicked = draw_running(list, left, rows, cast, state);
    const Box tree{box.x + 144, box.y + 28, box.w - 144 - 24, box.h - 28 - line_h};
    if (rows.nodes.empty()) {
        std::string words = "No task waits on CPU ";
        append_u64(words, rows.cpu);
        draw::text(list, fonts().text13, tree.x, box.y + 48, theme().text2, words + ".");
    } else {
        Picture picture;
        collect(rows, shown_nodes(rows, state.selected), picture);
        place(rows, tree, state.eevdf, picture);
        draw_edges(list, rows, picture);
        const u32 node = draw_nodes(list, rows, picture, cast, state);
        if (node != no_task) clicked = node;
    }
    if (line_h > 0) {
        draw_number_line(list, {box.x + 16, box.bottom() - line_h, box.w - 16, line_h}, rows,
                         cast, state.eevdf);
    }
    return clicked;
}

u32 draw_queue_cards(ImDrawList& list, const Box& box, const view::RqTree& rows,
                     const std::vector<CastRow>& cast, const TreeState& state) {
    const Theme& t = theme();
    draw::fill(list, box, t.surface);
    std::string title = "Waiting on CPU ";
    append_u64(title, rows.cpu);
    draw::text(list, fonts().text12, box.x + 16, box.y + 22, t.text3, title);
    draw::text(list, fonts().text12, box.right() - 16, box.y + 22, t.text3,
               state.eevdf ? "earliest deadline first" : "lowest vruntime first", Align::Right);
    if (rows.nodes.empty()) {
        draw::text(list, fonts().text13, box.x + 16, box.y + 48, t.text2, "Nobody waits.");
        return no_task;
    }
    u32 clicked = no_task;
    const float w = 92, gap = 8;
    const u32 across = std::max(1u, static_cast<u32>((box.w - 32 + gap) / (w + gap)));
    for (u32 i = 0; i < rows.nodes.size(); i++) {
        const view::RqNode& node = rows.nodes[i];
        const Box card{box.x + 16 + (w + gap) * static_cast<float>(i % across),
                       box.y + 34 + 66 * static_cast<float>(i / across), w, 58};
        if (card.bottom() > box.bottom()) break;
        draw::rounded(list, card, node.task == state.selected ? t.accent_wash : t.surface, 8);
        draw::rounded_edge(list, card, node.leftmost ? t.accent : t.line, 8, 1.5f);
        draw::chip(list, letter_of(cast, node.task), card.x + w / 2 - 9, card.y + 8, 18);
        draw::text(list, fonts().mono12, card.x + w / 2, card.y + 46, t.text1,
                   shown_vruntime(node.key), Align::Centre);
        if (pressed(card)) clicked = node.task;
    }
    return clicked;
}

}  // namespace rq
