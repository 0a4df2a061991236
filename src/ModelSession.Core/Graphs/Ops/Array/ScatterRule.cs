namespace ModelSessions.Graphs.Ops;

/// <summary>What slices that are put to places by rows of indices must look like.</summary>
internal static class ScatterRule
{
    /// <summary>The shape of the first input, into which the third is put at the places that the second names.</summary>
    public static void Shape(ShapeContext c) => c.Output(0, Check(c, c.InputAtLeast(0, 1), 1));

    /// <summary>Gives a target's shape back.</summary>
    /// <param name="c">The op.</param>
    /// <param name="target">What is written into.</param>
    /// <param name="first">The input of indices; that of updates is behind it.</param>
    /// <exception cref="GraphException">Indices and updates do not fit it, or each other.</exception>
    public static Shape Check(ShapeContext c, Shape target, int first)
    {
        Shape indices = c.InputAtLeast(first, 1), updates = c.InputAtLeast(first + 1, 1);
        bool some = (indices.IsFullyDefined && indices.ElementCount > 0) || (updates.IsFullyDefined && updates.ElementCount > 0);
        if (target.IsFullyDefined && target.ElementCount == 0 && some)
        {
            throw c.Error($"there is nothing of shape {target} into which to put updates {updates} at indices {indices}.");
        }

        if (indices.HasRank && updates.HasRank && indices[-1] >= 0)
        {
            int outer = indices.Rank - 1;
            if (updates.Rank < outer)
            {
                throw c.Error($"updates {updates} at indices {indices} do not fit {target}.");
            }

            // Whether the rows are too long for the target, only the run tells.
            c.Merge(Shapes.Sub(indices, 0, outer), Shapes.Sub(updates, 0, outer));
            c.Merge(target.HasRank ? Shapes.Sub(target, (int)Math.Min(indices[-1], target.Rank), target.Rank) : target, Shapes.Sub(updates, outer, updates.Rank));
        }

        return target;
    }
}
