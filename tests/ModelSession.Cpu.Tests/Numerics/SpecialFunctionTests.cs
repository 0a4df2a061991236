using System.Globalization;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Tests.Numerics;

public sealed class SpecialFunctionTests
{
    // Function, arguments, value; computed with 50 digits.
    private const string Values = """
        Erf 1e-300 1.1283791670955126e-300
        Erf -1e-09 -1.1283791670955127e-09
        Erf -0.3523 -0.38167625472566985
        Erf -0.6983 -0.6766246281496808
        Erf 4.255 0.999999998228454
        Erf 1.362 0.945915460522943
        Erf 0.5023 0.5225187515877759
        Erf -1.88 -0.9921562227552937
        Erfc -5.623 1.9999999999999982
        Erfc -2.702 1.9998671988222092
        Erfc 0.6312 0.37204377677388195
        Erfc 2.018 0.004318843805995827
        Erfc 5.572 3.27386399077911e-15
        Erfc 6.041 1.3048269353789559e-17
        ErfInverse 1e-300 8.86226925452758e-301
        ErfInverse -0.07548 -0.06699249418383467
        ErfInverse 0.3269 0.2983264232741481
        ErfInverse 0.5619 0.5482945903805262
        ErfInverse 0.6116 0.6098955820336522
        ErfInverse -0.999999999 -4.320005388105362
        ErfcInverse 1e-300 26.209469960516124
        ErfcInverse 1e-100 15.065574702592645
        ErfcInverse 1.718e-08 3.986835585091269
        ErfcInverse 0.03022 1.5324381738012383
        ErfcInverse 1.266 -0.24028159540695937
        ErfcInverse 0.995 0.004431163629370731
        I0Scaled 0.0 1.0
        I0Scaled 7.62 0.14709809814023198
        I0Scaled -7.255 0.1508993444462513
        I0Scaled 69.81 0.04783376197298479
        I0Scaled 28.85 0.0746023841201143
        I0Scaled 270.9 0.0242496976934773
        I0Scaled 225.6 0.026575514854983048
        I1Scaled 1e-200 5e-201
        I1Scaled -3.064 -0.19558639273497713
        I1Scaled 5.058 0.1632099521036024
        I1Scaled 21.01 0.08545801517432297
        I1Scaled 49.88 0.05605940451702506
        I1Scaled 8255.0 0.004390680110858681
        I1Scaled 1310.0 0.011019199592258387
        LogGamma 1.0000001 -5.772155829918507e-08
        LogGamma 1.9999999 -4.2278430309861296e-08
        LogGamma 0.5 0.5723649429247001
        LogGamma 1e-12 27.63102111592797
        LogGamma 1.869 -0.049693115613273
        LogGamma 0.657 0.3160374822142379
        LogGamma 3.596 1.3083832173333967
        LogGamma 5.06 3.268817526824504
        LogGamma 5267.0 39863.69617426426
        LogGamma 513.3 2687.9323496749653
        LogGamma -3.272 -0.7169045383357378
        LogGamma -1.779 1.092118675338071
        Digamma 1.365 -0.09789118398735523
        Digamma 0.9063 -0.7428780847191929
        Digamma 16.5 2.7727513716226233
        Digamma 14.88 2.6660396803134696
        Digamma 511.3 6.235978283851682
        Digamma 104900.0 11.560758027932582
        Digamma -2.374 2.373516811888651
        Digamma -0.6243 -1.1465013238071264
        Lower 7.322 11.76 0.9345081073562673
        Lower 2.951 1.505 0.20159853102988431
        Lower 131.3 115.0 0.07260851353475296
        Lower 229.6 239.8 0.7534405005059588
        Lower 100000.0 100500.0 0.9428967300239713
        Lower 100000.0 99000.0 0.0007574199211747679
        Upper 7.322 11.76 0.06549189264373265
        Upper 2.951 1.505 0.7984014689701157
        Upper 131.3 115.0 0.927391486465247
        Upper 229.6 239.8 0.24655949949404118
        Upper 100000.0 100500.0 0.057103269976028714
        Upper 100000.0 99000.0 0.9992425800788253
        Beta 0.4882 7.669 0.868 0.9999999633014062
        Beta 6.715 5.773 0.3175 0.05609603855635685
        Beta 145.2 124.4 0.636 0.9994588266164033
        Beta 127.0 102.1 0.6779 0.9999496039758712
        """;

    private static readonly Dictionary<string, Func<double[], double>> s_functions = new()
    {
        ["Erf"] = x => ErrorFunctions.Erf(x[0]),
        ["Erfc"] = x => ErrorFunctions.Erfc(x[0]),
        ["ErfInverse"] = x => ErrorFunctions.ErfInverse(x[0]),
        ["ErfcInverse"] = x => ErrorFunctions.ErfcInverse(x[0]),
        ["I0Scaled"] = x => BesselFunctions.I0Scaled(x[0]),
        ["I1Scaled"] = x => BesselFunctions.I1Scaled(x[0]),
        ["LogGamma"] = x => GammaFunctions.LogGamma(x[0]),
        ["Digamma"] = x => GammaFunctions.Digamma(x[0]),
        ["Lower"] = x => GammaFunctions.Lower(x[0], x[1]),
        ["Upper"] = x => GammaFunctions.Upper(x[0], x[1]),
        ["Beta"] = x => GammaFunctions.Beta(x[0], x[1], x[2]),
    };

    public static TheoryData<string> Rows => [.. Values.Split('\n', StringSplitOptions.TrimEntries)];

    [Theory]
    [MemberData(nameof(Rows))]
    public void Values_have_thirteen_digits(string row)
    {
        string[] parts = row.Split(' ');
        double[] numbers = [.. parts[1..].Select(part => double.Parse(part, CultureInfo.InvariantCulture))];
        double found = s_functions[parts[0]](numbers[..^1]);
        Assert.True(double.Abs(found - numbers[^1]) <= 1e-13 * double.Abs(numbers[^1]), $"{row}: {found:r}");
    }

    [Fact]
    public void Ends_are_exact()
    {
        Assert.Equal(1, ErrorFunctions.Erf(double.PositiveInfinity));
        Assert.Equal(2, ErrorFunctions.Erfc(double.NegativeInfinity));
        Assert.Equal(0, ErrorFunctions.Erfc(double.PositiveInfinity));
        Assert.Equal(double.NegativeInfinity, ErrorFunctions.ErfInverse(-1));
        Assert.Equal(double.PositiveInfinity, ErrorFunctions.ErfcInverse(0));
        Assert.Equal(double.NegativeInfinity, ErrorFunctions.ErfcInverse(2));
        Assert.Equal(0, BesselFunctions.I0Scaled(double.PositiveInfinity));
        Assert.Equal(0, GammaFunctions.LogGamma(1));
        Assert.Equal(0, GammaFunctions.LogGamma(2));
        Assert.Equal(double.PositiveInfinity, GammaFunctions.LogGamma(double.PositiveInfinity));
        Assert.All([ErrorFunctions.Erf, ErrorFunctions.Erfc, ErrorFunctions.ErfInverse, BesselFunctions.I0Scaled, BesselFunctions.I1Scaled], (Func<double, double> function) => Assert.Equal(double.NaN, function(double.NaN)));
        Assert.Equal(double.NaN, ErrorFunctions.ErfInverse(1.1));
    }

    [Theory]
    [InlineData(1e12, 1e12, 0.5000001329807)]
    [InlineData(1e12, 1.000001e12, 0.8413449)]
    [InlineData(1e18, 1e17, 0)]
    [InlineData(1e18, 1e19, 1)]
    public void Distributions_of_huge_numbers_are_normal_and_end_at_once(double a, double x, double expected)
    {
        Assert.Equal(expected, GammaFunctions.Lower(a, x), 1e-6);
        Assert.Equal(1 - expected, GammaFunctions.Upper(a, x), 1e-6);
    }
}
