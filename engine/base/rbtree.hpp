// A red-black tree on indices, with a cached leftmost node and an optional augmented value.
// Nodes lie in an array of the caller's; index 0 is no node. Colours and links are open to views.
#pragma once

#include "base/column.hpp"
#include "base/types.hpp"

namespace rq {

/// The links of a node: 12 bytes inside the caller's node struct, as a member named `link`.
struct rb_link {
    u32 left;
    u32 right;
    u32 parent_color;  // parent index << 1 | 1 if black
};
RQ_STATE_SIZE(rb_link, 12);

/// A tree: its root and its leftmost node, 0 when empty. rotations counts what balancing did.
struct rb_root {
    u32 root;
    u32 leftmost;
};
RQ_STATE_SIZE(rb_root, 8);

/// An augmentation that keeps nothing.
struct NoAugment {
    template <class Node>
    static bool update(Node*, u32) {
        return false;
    }
};

/// The operations, over an array of nodes. `Augment::update(nodes, i)` recomputes node i's
/// augmented value from its own key and its children and says whether it changed.
template <class Node, class Augment = NoAugment>
class RbTree {
   public:
    RbTree(Node* nodes, rb_root& root) : n_(nodes), t_(root) {}

    static constexpr bool augmented = !std::is_same_v<Augment, NoAugment>;

    u32 left(u32 i) const { return n_[i].link.left; }
    u32 right(u32 i) const { return n_[i].link.right; }
    u32 parent(u32 i) const { return n_[i].link.parent_color >> 1; }
    bool black(u32 i) const { return i == 0 || (n_[i].link.parent_color & 1); }

    /// Puts node i where `less(a, b)` says; equal nodes keep the order in which they came.
    template <class Less>
    void insert(u32 i, Less less) {
        u32 at = t_.root;
        u32 above = 0;
        bool went_left = true;
        bool leftmost = true;
        while (at) {
            above = at;
            went_left = less(n_[i], n_[at]);
            if (went_left) {
                at = left(at);
            } else {
                at = right(at);
                leftmost = false;
            }
        }
        n_[i].link = rb_link{0, 0, above << 1};
        if (!above)
            t_.root = i;
        else if (went_left)
            n_[above].link.left = i;
        else
            n_[above].link.right = i;
        if (leftmost) t_.leftmost = i;
        if constexpr (augmented) {
            Augment::update(n_, i);
            propagate(above, 0);
        }
        repair_insert(i);
    }

    /// Takes node i out; its links are zeroed.
    void erase(u32 i) {
        if (t_.leftmost == i) t_.leftmost = next(i);
        u32 hole_parent;
        u32 child;
        u32 moved = 0;  // who took i's place
        bool removed_black;
        if (left(i) && right(i)) {
            u32 s = right(i);
            while (left(s)) s = left(s);
            removed_black = black(s);
            child = right(s);
            if (parent(s) == i) {
                hole_parent = s;
            } else {
                hole_parent = parent(s);
                replace_child(parent(s), s, child);
                if (child) set_parent(child, hole_parent);
                n_[s].link.right = right(i);
                set_parent(right(i), s);
            }
            n_[s].link.left = left(i);
            set_parent(left(i), s);
            replace_child(parent(i), i, s);
            n_[s].link.parent_color = n_[i].link.parent_color;
            moved = s;
        } else {
            removed_black = black(i);
            child = left(i) ? left(i) : right(i);
            hole_parent = parent(i);
            replace_child(hole_parent, i, child);
            if (child) set_parent(child, hole_parent);
        }
        n_[i].link = rb_link{0, 0, 0};
        if constexpr (augmented) {
            propagate(hole_parent, 0);
            if (moved) {
                Augment::update(n_, moved);
                propagate(parent(moved), 0);
            }
        }
        if (removed_black) repair_erase(child, hole_parent);
    }

    /// The node after i in order, or 0.
    u32 next(u32 i) const {
        if (right(i)) {
            i = right(i);
            while (left(i)) i = left(i);
            return i;
        }
        u32 p = parent(i);
        while (p && i == right(p)) {
            i = p;
            p = parent(p);
        }
        return p;
    }
    u32 last() const {
        u32 i = t_.root;
        while (i && right(i)) i = right(i);
        return i;
    }
    /// Recomputes augmented values from i upwards until one does not change.
    void propagate(u32 i, u32 stop) {
        while (i != stop) {
            bool changed = Augment::update(n_, i);
            if (!changed) return;
            i = parent(i);
        }
    }

   private:
    void set_parent(u32 i, u32 p) {
        n_[i].link.parent_color = p << 1 | (n_[i].link.parent_color & 1);
    }
    void set_black(u32 i) { n_[i].link.parent_color |= 1; }
    void set_red(u32 i) { n_[i].link.parent_color &= ~1u; }
    void copy_color(u32 to, u32 from) {
        n_[to].link.parent_color =
            (n_[to].link.parent_color & ~1u) | (n_[from].link.parent_color & 1);
    }
    void replace_child(u32 above, u32 old_child, u32 new_child) {
        if (!above)
            t_.root = new_child;
        else if (n_[above].link.left == old_child)
            n_[above].link.left = new_child;
        else
            n_[above].link.right = new_child;
    }
    void rotate_left(u32 i) {
        u32 r = right(i);
        n_[i].link.right = left(r);
        if (left(r)) set_parent(left(r), i);
        replace_child(parent(i), i, r);
        set_parent(r, parent(i));
        n_[r].link.left = i;
        set_parent(i, r);
        update_pair(i, r);
    }
    void rotate_right(u32 i) {
        u32 l = left(i);
        n_[i].link.left = right(l);
        if (right(l)) set_parent(right(l), i);
        replace_child(parent(i), i, l);
        set_parent(l, parent(i));
        n_[l].link.right = i;
        set_parent(i, l);
        update_pair(i, l);
    }
    void update_pair(u32 lower, u32 upper) {
        if constexpr (augmented) {
            Augment::update(n_, lower);
            Augment::update(n_, upper);
        } else {
            (void)lower;
            (void)upper;
        }
    }
    void repair_insert(u32 i) {
        while (!black(parent(i))) {
            u32 p = parent(i);
            u32 g = parent(p);
            u32 uncle = p == left(g) ? right(g) : left(g);
            if (!black(uncle)) {
                set_black(p);
                set_black(uncle);
                set_red(g);
                i = g;
                continue;
            }
            if (p == left(g)) {
                if (i == right(p)) {
                    rotate_left(p);
                    p = i;
                }
                set_black(p);
                set_red(g);
                rotate_right(g);
            } else {
                if (i == left(p)) {
                    rotate_right(p);
                    p = i;
                }
                set_black(p);
                set_red(g);
                rotate_left(g);
            }
            break;
        }
        set_black(t_.root);
    }
    void repair_erase(u32 i, u32 p) {
        while (i != t_.root && black(i)) {
            bool on_left = i == left(p);
            u32 s = on_left ? right(p) : left(p);
            if (!black(s)) {
                set_black(s);
                set_red(p);
                on_left ? rotate_left(p) : rotate_right(p);
                s = on_left ? right(p) : left(p);
            }
            u32 inner = on_left ? left(s) : right(s);
            u32 outer = on_left ? right(s) : left(s);
            if (black(inner) && black(outer)) {
                set_red(s);
                i = p;
                p = parent(p);
                continue;
            }
            if (black(outer)) {
                set_black(inner);
                set_red(s);
                on_left ? rotate_right(s) : rotate_left(s);
                s = on_left ? right(p) : left(p);
                outer = on_left ? right(s) : left(s);
            }
            copy_color(s, p);
            set_black(p);
            set_black(outer);
            on_left ? rotate_left(p) : rotate_right(p);
            break;
        }
        if (i) set_black(i);
        if (!t_.root) return;
        set_black(t_.root);
    }

    Node* n_;
    rb_root& t_;
};

}  // namespace rq
