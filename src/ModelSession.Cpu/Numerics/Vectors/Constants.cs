namespace ModelSessions.Cpu.Numerics;

/// <summary>A number known when code is compiled for a type.</summary>
internal interface IConstant
{
    /// <summary>The number.</summary>
    static abstract int Value { get; }
}

/// <summary>0.</summary>
internal readonly struct Constant0 : IConstant
{
    public static int Value => 0;
}

/// <summary>1.</summary>
internal readonly struct Constant1 : IConstant
{
    public static int Value => 1;
}

/// <summary>2.</summary>
internal readonly struct Constant2 : IConstant
{
    public static int Value => 2;
}

/// <summary>3.</summary>
internal readonly struct Constant3 : IConstant
{
    public static int Value => 3;
}

/// <summary>4.</summary>
internal readonly struct Constant4 : IConstant
{
    public static int Value => 4;
}

/// <summary>5.</summary>
internal readonly struct Constant5 : IConstant
{
    public static int Value => 5;
}

/// <summary>6.</summary>
internal readonly struct Constant6 : IConstant
{
    public static int Value => 6;
}

/// <summary>7.</summary>
internal readonly struct Constant7 : IConstant
{
    public static int Value => 7;
}

/// <summary>8.</summary>
internal readonly struct Constant8 : IConstant
{
    public static int Value => 8;
}

/// <summary>9.</summary>
internal readonly struct Constant9 : IConstant
{
    public static int Value => 9;
}

/// <summary>10.</summary>
internal readonly struct Constant10 : IConstant
{
    public static int Value => 10;
}

/// <summary>11.</summary>
internal readonly struct Constant11 : IConstant
{
    public static int Value => 11;
}

/// <summary>12.</summary>
internal readonly struct Constant12 : IConstant
{
    public static int Value => 12;
}

/// <summary>13.</summary>
internal readonly struct Constant13 : IConstant
{
    public static int Value => 13;
}

/// <summary>14.</summary>
internal readonly struct Constant14 : IConstant
{
    public static int Value => 14;
}
