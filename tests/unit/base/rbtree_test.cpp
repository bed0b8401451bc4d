// The red-black tree against a sorted multiset, with its rules checked after every change.
#include "base/prng.hpp"
#include "base/rbtree.hpp"

#include <doctest/doctest.h>

#include <set>
#include <vector>

using namespace rq;

namespace {

struct Node {
    u64 key;
    u64 least;  // augmented: least key of the subtree
    rb_link link;
    u32 order;
};
static_assert(is_state<Node>);

struct KeepLeast {
    static bool update(Node* n, u32 i) {
        u64 least = n[i].key;
        for (u32 child : {n[i].link.left, n[i].link.right})
            if (child && n[child].least < least) least = n[child].least;
        bool changed = n[i].least != least;
        n[i].least = least;
        return changed;
    }
};

using Tree = RbTree<Node, KeepLeast>;

bool less_key(const Node& a, const Node& b) { return a.key < b.key; }

/// Black height, or 0 if a rule is broken below i.
u32 black_height(const std::vector<Node>& n, u32 i, u32 parent) {
    if (!i) return 1;
    const Node& x = n[i];
    if (x.link.parent_color >> 1 != parent) return 0;
    bool red = !(x.link.parent_color & 1);
    u64 least = x.key;
    for (u32 child : {x.link.left, x.link.right}) {
        if (!child) continue;
        if (red && !(n[child].link.parent_color & 1)) return 0;
        if (n[child].least < least) least = n[child].least;
    }
    if (least != x.least) return 0;
    u32 left = black_height(n, x.link.left, i);
    u32 right = black_height(n, x.link.right, i);
    if (left != right || !left) return 0;
    return left + !red;
}

}  // namespace

TEST_CASE("rbtree: thousands of random inserts and erases keep order, colours and minima") {
    std::vector<Node> nodes(301);
    rb_root root{};
    std::multiset<u64> model;
    std::vector<u32> inside;
    std::vector<u32> outside;
    for (u32 i = 300; i > 0; --i) outside.push_back(i);
    Prng random = Prng::stream(7, 1);
    for (u32 step = 0; step < 6000; ++step) {
        const bool more = random.chance(step < 3000 ? 6 : 4, 10);
        bool insert = inside.empty() || (!outside.empty() && more);
        Tree tree(nodes.data(), root);
        if (insert) {
            u32 i = outside.back();
            outside.pop_back();
            nodes[i] = Node{random.below(100), 0, {}, step};
            nodes[i].least = nodes[i].key;
            tree.insert(i, less_key);
            model.insert(nodes[i].key);
            inside.push_back(i);
        } else {
            u32 at = static_cast<u32>(random.below(inside.size()));
            u32 i = inside[at];
            inside[at] = inside.back();
            inside.pop_back();
            model.erase(model.find(nodes[i].key));
            tree.erase(i);
            outside.push_back(i);
        }
        REQUIRE((root.root == 0 || black_height(nodes, root.root, 0) > 0));
        std::vector<u64> keys;
        u32 before = 0;
        for (u32 i = root.leftmost; i; i = tree.next(i)) {
            if (before && nodes[before].key == nodes[i].key)
                REQUIRE(nodes[before].order < nodes[i].order);
            keys.push_back(nodes[i].key);
            before = i;
        }
        REQUIRE(keys == std::vector<u64>(model.begin(), model.end()));
    }
}
