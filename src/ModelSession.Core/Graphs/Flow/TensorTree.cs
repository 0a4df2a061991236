using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace ModelSessions;

/// <summary>A tensor of a graph, an array of tensors, or a list of such trees: what TensorFlow calls a nested structure. Variables of loops,
/// results of branches and states of recurrent cells are trees. Tensors and lists become trees by themselves.</summary>
[CollectionBuilder(typeof(TensorTree), nameof(Create))]
public sealed class TensorTree
{
    private readonly object _value;

    private TensorTree(object value) => _value = value;

    /// <summary>Whether it is one tensor, or one array of tensors.</summary>
    public bool IsLeaf => _value is not TensorTree[];

    /// <summary>The tensor that it is; of an array of tensors, its flow.</summary>
    /// <exception cref="GraphException">It is a list.</exception>
    public GraphTensor Tensor => _value switch
    {
        GraphTensor tensor => tensor,
        GraphTensorArray array => array.Flow,
        _ => throw new GraphException(StatusCode.InvalidArgument, $"One tensor is wanted; there is a list of {Count}: {this}."),
    };

    /// <summary>The array of tensors that it is.</summary>
    /// <exception cref="GraphException">It is something else.</exception>
    public GraphTensorArray Array => _value as GraphTensorArray
        ?? throw new GraphException(StatusCode.InvalidArgument, $"An array of tensors is wanted; there is {this}.");

    /// <summary>The number of parts; 1 if it is no list.</summary>
    public int Count => _value is TensorTree[] parts ? parts.Length : 1;

    /// <summary>The parts of a list; itself if it is none.</summary>
    public IReadOnlyList<TensorTree> Parts => _value as TensorTree[] ?? [this];

    /// <summary>A part of a list.</summary>
    public TensorTree this[int index] => Parts[index];

    /// <summary>A tensor.</summary>
    [return: NotNullIfNotNull(nameof(tensor))]
    public static implicit operator TensorTree?(GraphTensor? tensor) => tensor is null ? null : new(tensor);

    /// <summary>An array of tensors.</summary>
    public static implicit operator TensorTree(GraphTensorArray array) => new(array ?? throw new ArgumentNullException(nameof(array)));

    /// <summary>A list of tensors.</summary>
    public static implicit operator TensorTree(GraphTensor[] tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        return new(System.Array.ConvertAll(tensors, tensor => (TensorTree)tensor));
    }

    /// <summary>The tensor that a tree is.</summary>
    public static implicit operator GraphTensor(TensorTree tree) => (tree ?? throw new ArgumentNullException(nameof(tree))).Tensor;

    /// <summary>The tensor that a tree is, as an input.</summary>
    public static implicit operator Operand(TensorTree tree) => (tree ?? throw new ArgumentNullException(nameof(tree))).Tensor;

    /// <summary>A list of trees.</summary>
    public static TensorTree Create(params ReadOnlySpan<TensorTree> parts) => new(parts.ToArray());

    /// <summary>A tree from what a user gives: tensors, variables, numbers, arrays of tensors; lists of these.</summary>
    /// <param name="g">Makes constants of numbers and reads variables.</param>
    /// <param name="value">What it is to be.</param>
    /// <exception cref="GraphException">There is no such tree.</exception>
    public static TensorTree From(GraphBuilder g, object? value) => value switch
    {
        TensorTree tree => tree,
        GraphTensor tensor => tensor,
        GraphTensorArray array => array,
        GraphVariable variable => variable.Read(),
        Tensor tensor => g.Constant(tensor),
        Operand operand => operand.ToTensor(g, DType.Invalid, "Const"),
        bool or byte or sbyte or short or ushort or int or uint or long or float or double => Number(g, (IConvertible)value),
        ITuple tuple => Create([.. Enumerable.Range(0, tuple.Length).Select(i => From(g, tuple[i]))]),
        IEnumerable list and not string => Create([.. list.Cast<object?>().Select(item => From(g, item))]),
        _ => throw new GraphException(
            StatusCode.InvalidArgument, $"A tensor of the graph, or a list of tensors, is wanted; there is {value?.GetType().Name ?? "nothing"}."),
    };

    /// <summary>All tensors from left to right; of arrays of tensors, their flows.</summary>
    public IReadOnlyList<GraphTensor> Flatten() => [.. Leaves().Select(leaf => leaf.Tensor)];

    /// <summary>A tree of the same form with other tensors.</summary>
    /// <param name="tensors">As many as <see cref="Flatten"/> gives.</param>
    public TensorTree Pack(IEnumerable<GraphTensor> tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        using IEnumerator<GraphTensor> left = tensors.GetEnumerator();
        TensorTree tree = Pack(left);
        return left.MoveNext() ? throw new ArgumentException("There are more tensors than the tree has places for.", nameof(tensors)) : tree;
    }

    /// <summary>A tree of the same form with something done to each tensor.</summary>
    public TensorTree Map(Func<GraphTensor, GraphTensor> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        return Pack([.. Flatten().Select(change)]);
    }

    /// <summary>Whether both have the same form.</summary>
    public bool HasFormOf(TensorTree other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return IsLeaf ? other.IsLeaf : !other.IsLeaf && Count == other.Count && Parts.Zip(other.Parts).All(pair => pair.First.HasFormOf(pair.Second));
    }

    /// <summary>Its parts, for loops over them.</summary>
    public IEnumerator<TensorTree> GetEnumerator() => Parts.GetEnumerator();

    /// <summary><c>[while/Identity:0, [a:0, b:0]]</c>.</summary>
    public override string ToString() => _value switch
    {
        GraphTensor tensor => tensor.Name,
        GraphTensorArray array => array.Handle.Name,
        _ => $"[{string.Join(", ", Parts)}]",
    };

    /// <summary>The tensor, the array of tensors, or a .NET array of such objects: as scripts take it.</summary>
    internal object ToObject() => _value is TensorTree[] parts ? System.Array.ConvertAll(parts, part => part.ToObject()) : _value;

    private static GraphTensor Number(GraphBuilder g, IConvertible value)
    {
        Operand operand = value switch
        {
            bool flag => flag,
            float or double => value.ToDouble(CultureInfo.InvariantCulture),
            _ => value.ToInt64(CultureInfo.InvariantCulture),
        };
        return operand.ToTensor(g, DType.Invalid, "Const");
    }

    private IEnumerable<TensorTree> Leaves() => IsLeaf ? [this] : Parts.SelectMany(part => part.Leaves());

    private TensorTree Pack(IEnumerator<GraphTensor> tensors)
    {
        if (_value is TensorTree[] parts)
        {
            return new(System.Array.ConvertAll(parts, part => part.Pack(tensors)));
        }

        if (!tensors.MoveNext())
        {
            throw new ArgumentException("There are fewer tensors than the tree has places for.", nameof(tensors));
        }

        return _value is GraphTensorArray array ? array.WithFlow(tensors.Current) : tensors.Current;
    }
}
