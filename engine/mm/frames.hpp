// Page frames (mm/page_alloc.c in its effect): taken from the node of the CPU, then from others.
#pragma once

#include "ids.hpp"
#include "mm/mm.hpp"

namespace rq {

struct Context;

/// A frame with one reference; 0 when no node has one left.
FrameId alloc_frame(Context& c, TaskId p, u16 flags);
void put_page(Context& c, FrameId frame);
/// The zero page, made when first asked for.
FrameId zero_page(Context& c);

/// A page cache of that kind; `name` may be 0 for shared anonymous memory. Files are found by name.
u32 mapping_of(Context& c, MappingKind kind, u32 name);
void put_mapping(Context& c, u32 mapping);

/// Ends the entries [first, end) of an area (zap_page_range).
void zap_ptes(Context& c, VmaId area, u32 first, u32 end);

}  // namespace rq
