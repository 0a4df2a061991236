namespace ModelSessions.Cpu.Kernels;

/// <summary>A set of element types.</summary>
internal readonly record struct TypeSet(uint Bits)
{
    public static readonly TypeSet Float32 = Of(DType.Float32);
    public static readonly TypeSet Narrow = Of(DType.Float16, DType.BFloat16);
    public static readonly TypeSet Wide = Of(DType.Float32, DType.Float64);
    public static readonly TypeSet Floats = Narrow | Wide;
    public static readonly TypeSet Indices = Of(DType.Int32, DType.Int64);
    public static readonly TypeSet Integers = Of(
        DType.Int8, DType.Int16, DType.Int32, DType.Int64, DType.UInt8, DType.UInt16, DType.UInt32, DType.UInt64);

    public static readonly TypeSet Numbers = Floats | Integers;
    public static readonly TypeSet Complexes = Of(DType.Complex64, DType.Complex128);
    public static readonly TypeSet All = new(~1u);
    public static readonly TypeSet Bytes = All - Of(DType.String, DType.Resource, DType.Variant);

    public static TypeSet operator |(TypeSet a, TypeSet b) => new(a.Bits | b.Bits);

    public static TypeSet operator -(TypeSet a, TypeSet b) => new(a.Bits & ~b.Bits);

    public static TypeSet Of(params ReadOnlySpan<DType> types)
    {
        uint bits = 0;
        foreach (DType type in types)
        {
            bits |= 1u << (int)type;
        }

        return new TypeSet(bits);
    }

    public bool Contains(DType type) => ((Bits >> (int)type) & 1) != 0;
}
