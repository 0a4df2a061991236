using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Kernels.Control;
using ModelSessions.Graphs.Functions;

namespace ModelSessions.Cpu.Kernels;

/// <summary>The kernels of this engine, by op kind. Registration is by plain calls, in one method a family.</summary>
internal sealed class KernelTable
{
    private readonly Dictionary<string, Row> _rows = new(512, StringComparer.Ordinal);
    private readonly Dictionary<string, Row> _complexRows = new(128, StringComparer.Ordinal);

    private KernelTable() => Families.Register(this);

    public static KernelTable Instance { get; } = new();

    public IReadOnlyCollection<string> Ops => _rows.Keys;

    /// <summary>A kernel for nodes of any types.</summary>
    public void Add(string op, KernelFactory factory) => _rows.Add(op, new Row(null, TypeSet.All, factory));

    /// <summary>A kernel that needs nothing of its node.</summary>
    public void Add(string op, Kernel kernel) => Add(op, (_, _) => kernel);

    /// <summary>A kernel for nodes whose type attribute is in a set.</summary>
    public void Add(string op, string attribute, TypeSet types, KernelFactory factory) => _rows.Add(op, new Row(attribute, types, factory));

    /// <summary>A kernel for real numbers.</summary>
    public void Numbers<TKernel>(string op, TypeSet types, string attribute = "T")
        where TKernel : INumberKernel => Add(op, attribute, types, (node, _) => Typed.Number<TKernel>(node, node.DType(attribute)));

    /// <summary>A kernel for real numbers that does the same to the parts of complex ones (<see cref="Value.Parts"/>).</summary>
    public void Parts<TKernel>(string op, TypeSet types, string attribute = "T")
        where TKernel : INumberKernel => Add(op, attribute, types, (node, _) => Typed.Parts<TKernel>(node, node.DType(attribute)));

    /// <summary>A kernel for real and complex numbers.</summary>
    public void Rings<TKernel>(string op, TypeSet types, string attribute = "T")
        where TKernel : IRingKernel => Add(op, attribute, types, (node, _) => Typed.Ring<TKernel>(node, node.DType(attribute)));

    /// <summary>What a kernel does with complex128 where another is for real numbers; complex64 is widened for it.</summary>
    public void Complex(string op, KernelFactory factory, string attribute = "T") => _complexRows.Add(op, new Row(attribute, TypeSet.Complexes, (node, session) =>
        node.DType(attribute) == DType.Complex64 ? NarrowFloats.Wrap(factory(node, session), DType.Complex64) : factory(node, session)));

    /// <summary>A kernel for floating-point numbers.</summary>
    public void Floats<TKernel>(string op, TypeSet types, string attribute = "T")
        where TKernel : IFloatKernel => Add(op, attribute, types, (node, _) => Typed.Float<TKernel>(node, node.DType(attribute)));

    /// <summary>A kernel for whole numbers.</summary>
    public void Integers<TKernel>(string op, TypeSet types, string attribute = "T")
        where TKernel : IIntegerKernel => Add(op, attribute, types, (node, _) => Typed.Integer<TKernel>(node, node.DType(attribute)));

    /// <summary>A kernel that moves elements.</summary>
    public void Elements<TKernel>(string op, string attribute = "T")
        where TKernel : IElementKernel => Add(op, attribute, TypeSet.All, (node, _) => Typed.Element<TKernel>(node, node.DType(attribute)));

    /// <summary>A kernel that changes variables of real numbers in place.</summary>
    public void Updates<TKernel>(string op, TypeSet types, string attribute = "T")
        where TKernel : INumberKernel => Add(op, attribute, types, (node, _) => Typed.Update<TKernel>(node, node.DType(attribute)));

    /// <summary>A kernel that changes variables of real and complex numbers in place.</summary>
    public void RingUpdates<TKernel>(string op, TypeSet types, string attribute = "T")
        where TKernel : IRingKernel => Add(op, attribute, types, (node, _) => Typed.RingUpdate<TKernel>(node, node.DType(attribute)));

    /// <summary>A kernel that changes variables of floating-point numbers in place.</summary>
    public void FloatUpdates<TKernel>(string op, TypeSet types)
        where TKernel : IFloatKernel => Add(op, "T", types, (node, _) => Typed.FloatUpdate<TKernel>(node, node.DType("T")));

    /// <summary>A kernel over numerics.</summary>
    public void Storage<TKernel>(string op, TypeSet types, string attribute = "T")
        where TKernel : IStorageKernel => Add(op, attribute, types, (node, _) => Typed.Storage<TKernel>(node, node.DType(attribute)));

    /// <summary>Whether there is a kernel that takes a type for a type attribute.</summary>
    public bool Takes(string op, string attribute, DType type) =>
        (_rows.TryGetValue(op, out Row row) && (row.Attribute != attribute || row.Types.Contains(type)))
        || (_complexRows.TryGetValue(op, out row) && row.Attribute == attribute && row.Types.Contains(type));

    /// <summary>What is missing to run a node: its op kind, with the type where only that lacks; null if nothing is.</summary>
    public string? Lacks(GraphOperation node)
    {
        if (TryComplex(node, out _))
        {
            return null;
        }

        if (!_rows.TryGetValue(node.Type, out Row row))
        {
            return FunctionCalls.Named(node) is null ? node.Type : null;
        }

        return row.Attribute is null || row.Types.Contains(node.DType(row.Attribute))
            ? null
            : $"{node.Type} ({row.Attribute}={node.DType(row.Attribute).Name()})";
    }

    public Kernel Create(GraphOperation node, CpuSession session) =>
        TryComplex(node, out Row row) || _rows.TryGetValue(node.Type, out row) ? row.Factory(node, session) : FunctionKernels.Named(node, session);

    private bool TryComplex(GraphOperation node, out Row row) =>
        _complexRows.TryGetValue(node.Type, out row) && row.Types.Contains(node.DType(row.Attribute!));

    private readonly record struct Row(string? Attribute, TypeSet Types, KernelFactory Factory);
}
