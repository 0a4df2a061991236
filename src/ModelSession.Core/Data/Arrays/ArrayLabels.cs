namespace ModelSessions.Data;

/// <summary>Labels of arrays: class numbers, numbers, or texts by the names of classes.</summary>
internal static class ArrayLabels
{
    /// <summary>Texts are at most so many classes, and whole numbers from so many on are no classes unless that is said.</summary>
    public const int MostClasses = 1000;

    /// <summary>The shape of labels: a column of class numbers is a list of them.</summary>
    public static Shape ShapeOf(Shape shape, DType type) => shape.Rank == 2 && shape[1] == 1 && type.IsInteger() ? [shape[0]] : shape;

    /// <summary>Texts as the numbers of classes.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="path">Their file.</param>
    /// <param name="options">May name the classes.</param>
    /// <param name="known">The names of classes that are known from other labels; empty if there are none.</param>
    /// <exception cref="ModelFileException">A text is no class, or there are too many.</exception>
    public static (Tensor Numbers, IReadOnlyList<string> Names) Named(Tensor texts, string? path, TableOptions options, IReadOnlyList<string> known)
    {
        IReadOnlyList<string> names = options.Contract?.ClassNames is { Count: > 0 } learnt ? learnt
            : options.ClassNames.Count > 0 ? options.ClassNames
            : known.Count > 0 ? known
            : [.. Enumerable.Range(0, (int)texts.ElementCount).Select(texts.StringAt).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Take(MostClasses + 1)];
        if (names.Count > MostClasses)
        {
            throw new ModelFileException(StatusCode.InvalidArgument, path, $"the labels are more than {MostClasses:n0} different texts, too many for classes.");
        }

        Dictionary<string, int> numbers = new(StringComparer.Ordinal);
        foreach (string name in names)
        {
            numbers.TryAdd(name, numbers.Count);
        }

        Tensor classes = Tensor.Uninitialized(DType.Int32, [texts.Shape[0]]);
        for (int i = 0; i < classes.ElementCount; i++)
        {
            string text = texts.StringAt(i);
            classes.Span<int>()[i] = numbers.TryGetValue(text, out int number) ? number
                : throw new ModelFileException(path, i + 1, null, null, $"the label is '{text}'; the classes are {string.Join(", ", names.Take(12))}{(names.Count > 12 ? ", …" : "")}.");
        }

        return (classes, names);
    }
}
