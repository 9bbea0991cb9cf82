#pragma once

#include "service/admin/shapepreview.h"
#include "service/schema/catalogue.h"
#include "shared/admin/framing.h"

namespace electric::app {

// Checks a shape as those of clients are checked, and says which rows the user gets by it. Fails when the question itself makes no sense.
[[nodiscard]] tl::expected<admin::CheckedShape, admin::Error> checkedShape(
    const admin::ShapeQuestion &question, const schema::Catalogue &catalogue);

} // namespace electric::app
