using System.Globalization;
using System.Numerics;

namespace ModelSessions.Tests.Kernels;

/// <summary>Kernels on complex numbers; values of TensorFlow 2.16.</summary>
public sealed class ComplexTests
{
    // On a branch cut, inside, near zero, far away, and what is not finite.
    private static readonly Complex[] s_points =
        [new(-2, -0.0), new(0.5, -0.25), new(1e-9, 0), new(30, 40), new(double.NegativeInfinity, 0), new(0, double.PositiveInfinity), new(double.NaN, 0)];

    // A dash: TensorFlow's own value depends on where the element stands in the tensor, or is an overflow.
    [Theory]
    [InlineData("Acos", "3.141592653589793 1.3169578969248166, 1.0691874735193958 0.28139605624529274, 1.5707963257948967 -0, 0.9273912099354166 -4.605198198633584, 3.141592653589793 -∞, 1.5707963267948966 -∞, NaN NaN")]
    [InlineData("Acosh", "1.3169578969248166 -3.141592653589793, 0.28139605624529274 -1.0691874735193958, 0 1.5707963257948967, 4.605198198633584 0.9273912099354166, ∞ 3.141592653589793, ∞ 1.5707963267948966, NaN NaN")]
    [InlineData("Asin", "-1.5707963267948966 -1.3169578969248166, 0.5016088532755008 -0.28139605624529274, 1e-09 0, 0.64340511685948 4.605198198633584, -1.5707963267948966 ∞, 0 ∞, NaN NaN")]
    [InlineData("Asinh", "-1.4436354751788103 -0, 0.4926756834207706 -0.2243284526346675, 1.0000000000000003e-09 0, 4.605142198638598 0.9271992099398094, -∞ 0, ∞ 1.5707963267948966, NaN 0")]
    [InlineData("Atan", "-1.1071487177940904 -0, 0.4842544903299662 -0.20058661813123432, 1e-09 0, 1.5587938308436131 0.015999060695138845, -1.5707963267948966 0, 1.5707963267948966 0, NaN 0")]
    [InlineData("Atanh", "-0.5493061443340549 -1.5707963267948966, 0.5003700000525311 -0.3143981432077165, 9.999999999999999e-10 0, 0.011997503951641295 1.554795388766349, -0 1.5707963267948966, 0 1.5707963267948966, NaN NaN")]
    [InlineData("Cos", "-0.4161468365471424 -0, 0.9051501505596068 0.12110879604381165, 1 -0, 1.8154259345893096e+16 1.1628404374025626e+17, NaN 0, ∞ -0, NaN 0")]
    [InlineData("Cosh", "3.7621956910836314 0, 1.0925708047319176 -0.12892104172809826, 1 0, -3563608321649.046 3981316424910.9595, ∞ -0, NaN 0, NaN 0")]
    [InlineData("Exp", "0.1353352832366127 -0, 1.5974665191199127 -0.4079001700783598, 1.000000001 0, -7127216643298.092 7962632849821.919, 0 0, NaN NaN, NaN 0")]
    [InlineData("Expm1", "-0.8646647167633873 -0, 0.5974665191199128 -0.4079001700783598, 1.0000000005000001e-09 0, -7127216643299.092 7962632849821.919, -1 0, NaN NaN, NaN NaN")]
    [InlineData("Log", "0.6931471805599453 -3.141592653589793, -0.5815754049028404 -0.4636476090008061, -20.72326583694641 0, 3.912023005428146 0.9272952180016122, ∞ 3.141592653589793, ∞ 1.5707963267948966, NaN NaN")]
    [InlineData("Log1p", "0 -3.141592653589793, 0.41916459520222155 -0.16514867741462683, 9.999999995e-10 0, 3.9240765430997624 0.9114862584620389, NaN NaN, NaN NaN, NaN NaN")]
    [InlineData("Reciprocal", "-, 1.6 0.8, 999999999.9999999 0, 0.012 -0.016, -, -, NaN NaN")]
    [InlineData("Rsqrt", "0 -0.7071067811865476, 1.3017016520692888 0.3072900763121319, -, 0.1264911064067352 -0.06324555320336758, 0 0, 0 0, NaN NaN")]
    [InlineData("Sigmoid", "0.11920292202211755 -0, 0.6242751644199613 -0.059002964314508036, 0.50000000025 0, 1.0000000000000626 6.972488024887519e-14, -, -, -")]
    [InlineData("Sign", "-1 -0, 0.8944271909999159 -0.4472135954999579, 1 0, 0.6 0.8, NaN 0, 0 NaN, -")]
    [InlineData("Sin", "-0.9092974268256817 0, 0.494485780933195 -0.22168816414957482, 1e-09 0, -1.1628404374025626e+17 1.8154259345893096e+16, NaN 0, 0 ∞, NaN 0")]
    [InlineData("Sinh", "-3.626860407847019 -0, 0.504895714387995 -0.2789791283502615, 1e-09 0, -3563608321649.046 3981316424910.9595, -∞ 0, 0 NaN, NaN 0")]
    [InlineData("Sqrt", "0 -1.4142135623730951, 0.7276733451126774 -0.17178037486125622, 3.1622776601683795e-05 0, 6.324555320336759 3.162277660168379, 0 ∞, ∞ ∞, NaN NaN")]
    [InlineData("Tan", "2.185039863261519 -0, 0.504500702698564 -0.3124206925025888, 1e-09 0, -1.1002757450527174e-35 1, NaN 0, 0 1, NaN 0")]
    [InlineData("Tanh", "-0.9640275800758168 -0, 0.4854872810241353 -0.19805544995134955, 1e-09 0, 1 -1.7405993390003985e-26, -1 0, 0 NaN, NaN 0")]
    public void Functions_have_the_values_of_TensorFlow(string op, string values)
    {
        Complex[] found = OpRun.Of(op, null, Tensor.From<Complex>(s_points))[0].Span<Complex>().ToArray();

        foreach ((int i, string expected) in values.Split(", ").Index().Where(value => value.Item != "-"))
        {
            double[] parts = [.. expected.Replace("∞", "Infinity", StringComparison.Ordinal).Split(' ').Select(part => double.Parse(part, CultureInfo.InvariantCulture))];
            Near(parts[0], found[i].Real);
            Near(parts[1], found[i].Imaginary);
        }
    }

    [Theory]
    [InlineData("DivNoNan", 1, 2, 0, 0, 0, 0)]
    [InlineData("InvGrad", 1, 2, 2, -1, 10, 5)]
    [InlineData("MulNoNan", 3, -1, 2, 0.5, 6.5, -0.5)]
    [InlineData("RsqrtGrad", 1, 2, 2, -1, 10, -7.5)]
    [InlineData("SigmoidGrad", 1, 2, 2, -1, 6, -8)]
    [InlineData("SqrtGrad", 1, 2, 2, -1, 0.4, 0.3)]
    [InlineData("TanhGrad", 1, 2, 2, -1, 4, -12)]
    [InlineData("Xdivy", 0, 0, 0, 0, 0, 0)]
    [InlineData("Xlog1py", 3, -1, 2, 0.5, 3.5020840047011275, -0.6168657435182863)]
    [InlineData("Xlogy", 3, -1, 2, 0.5, 2.4153571375313523, 0.011476497912429773)]
    public void Two_complex_numbers_give_what_TensorFlow_gives(string op, double a, double b, double c, double d, double real, double imaginary)
    {
        Complex found = OpRun.Of(op, null, Tensor.Scalar(new Complex(a, b)), Tensor.Scalar(new Complex(c, d)))[0].Span<Complex>()[0];

        Near(real, found.Real);
        Near(imaginary, found.Imaginary);
    }

    [Theory]
    [InlineData("EuclideanNorm", 3.872983346207417, 0)]
    [InlineData("Mean", 4d / 3, 1d / 3)]
    [InlineData("Prod", 0, 10)]
    [InlineData("Sum", 4, 1)]
    public void Reductions_of_complex64_are_rounded_once(string op, double real, double imaginary)
    {
        Tensor numbers = Tensor.From<Complex64>(new(1, 2), new(3, -1), op == "Prod" ? new(1, 1) : default);

        Complex64 found = OpRun.Of(op, null, numbers, Tensor.From<int>(0))[0].Span<Complex64>()[0];

        Assert.Equal(new Complex64((float)real, (float)imaginary), found);
    }

    [Fact]
    public void The_mean_of_no_complex_numbers_is_zero() =>
        Assert.Equal(Complex.Zero, OpRun.Of("Mean", null, Tensor.From<Complex>([], new Shape(0)), Tensor.From<int>(0))[0].Span<Complex>()[0]);

    [Fact]
    public void Bounds_clip_each_part() => Assert.Equal(
        [new(1, 1), new(2, -1), new(1, -1), new(1, 0.5)],
        OpRun.Of("ClipByValue", null, Tensor.From<Complex>(new(1, 2), new(3, -1), new(-1, -1), new(0, 0.5)), Tensor.Scalar(new Complex(1, -1)), Tensor.Scalar(new Complex(2, 1)))[0]
            .Span<Complex>().ToArray());

    // Variable, slots and scalars as in TensorFlow's op; what becomes of the variable.
    [Theory]
    [InlineData("ApplyAdadelta", 2, "0.1 0.9 0.001 g", 0.9764368187126823, 1.9973930357522087)]
    [InlineData("ApplyAdagrad", 1, "0.1 g", 0.959078125406553, 2.026219751271179)]
    [InlineData("ApplyAdagradV2", 1, "0.1 0.001 g", 0.9591338434650035, 2.0261854613559613)]
    [InlineData("ApplyAdam", 2, "0.9 0.99 0.1 0.9 0.99 0.001 g", 0.9122869143681949, 2.0649967260427613)]
    [InlineData("ApplyCenteredRMSProp", 3, "0.1 0.9 0.5 0.001 g", 1.0267174706109985, 2.0183252481000915)]
    [InlineData("ApplyGradientDescent", 0, "0.1 g", 0.97, 2.02)]
    [InlineData("ApplyMomentum", 1, "0.1 g 0.9", 0.925, 2.011)]
    [InlineData("ApplyRMSProp", 2, "0.1 0.9 0.5 0.001 g", 0.9585389191961665, 1.9330309328939097)]
    public void Optimizers_step_complex_variables(string op, int slots, string inputs, double real, double imaginary)
    {
        using GraphSketch g = new();
        string[] names = ["variable", "first", "second", "third"];
        Complex[] starts = [new(1, 2), new(0.5, 0.1), new(0, 0.2), new(0, 0.1)];
        List<GraphTensor> operands = [.. names.Take(slots + 1).Select(name => g.Variable(name, [1], DType.Complex128))];
        foreach ((int i, string input) in inputs.Split(' ').Index())
        {
            operands.Add(g.Const($"input{i}", input == "g" ? Tensor.From<Complex>(new Complex(0.3, -0.2)) : Tensor.Scalar(new Complex(double.Parse(input, CultureInfo.InvariantCulture), 0))));
        }

        g.Node(op, "step", operands);
        for (int i = 0; i <= slots; i++)
        {
            g.Session.WriteVariable(names[i], Tensor.From<Complex>(starts[i]));
        }

        g.RunTargets("step");

        Complex found = g.Session.ReadVariable("variable")!.Span<Complex>()[0];
        Near(real, found.Real);
        Near(imaginary, found.Imaginary);
    }

    // Zeros have signs.
    private static void Near(double expected, double found)
    {
        if (expected == 0 || !double.IsFinite(expected))
        {
            Assert.Equal(expected, found, 1e-15);
            Assert.True(double.IsNaN(expected) || double.IsNegative(expected) == double.IsNegative(found) || double.Abs(found) > 0, $"{expected} and {found}");
            return;
        }

        Assert.InRange(found, expected - 1e-12 * double.Abs(expected), expected + 1e-12 * double.Abs(expected));
    }
}
