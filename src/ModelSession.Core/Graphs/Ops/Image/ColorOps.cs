namespace ModelSessions.Graphs.Ops;

/// <summary>Colours of images.</summary>
internal static class ColorOps
{
    public static void Define(OpTable ops)
    {
        ops.Define("AdjustContrast", c => c.Output(0, c.InputAtLeast(0, 3)));
        ops.Define("AdjustContrastv2", c => c.Output(0, c.InputAtLeast(0, 3)));
        ops.Define("AdjustHue", c => c.Output(0, c.InputAtLeast(0, 3)));
        ops.Define("AdjustSaturation", c => c.Output(0, c.InputAtLeast(0, 3)));
        ops.Define("HSVToRGB", ColorShape);
        ops.Define("RGBToHSV", ColorShape, HsvGradient);
    }

    private static void ColorShape(ShapeContext c)
    {
        Shape colors = c.InputAtLeast(0, 1);
        c.Output(0, colors.HasRank ? colors.With(colors.Rank - 1, c.MergeSize(colors[colors.Rank - 1], 3)) : colors);
    }

    private static GraphTensor?[] HsvGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        GraphTensor[] rgb = [Channel(g, op.Inputs[0], 0), Channel(g, op.Inputs[0], 1), Channel(g, op.Inputs[0], 2)];
        HsvSlopes slopes = new(g, rgb, Channel(g, op.Outputs[0], 1), Channel(g, op.Outputs[0], 2));
        GraphTensor[] saturation = [slopes.OfSaturation(0, 1, 2), slopes.OfSaturation(1, 0, 2), slopes.OfSaturation(2, 1, 0)];
        GraphTensor[] hue = [slopes.OfHue(0, 1, 2, true), slopes.OfHue(1, 0, 2, false), slopes.OfHue(2, 0, 1, true)];
        GraphTensor value = Chain(g, dy[0], 2, slopes.Biggest);
        GraphTensor sum = g.Add("AddV2", "Add", null, value, Chain(g, dy[0], 1, saturation));
        return [g.Add("AddV2", "Add", null, sum, Chain(g, dy[0], 0, hue))];
    }

    // What one channel of the result gives to red, green and blue.
    private static GraphTensor Chain(GraphBuilder g, GraphTensor dy, int channel, IReadOnlyList<GraphTensor> slopes) =>
        g.Stack([.. slopes.Select(slope => (Operand)(Channel(g, dy, channel) * slope))], -1);

    private static GraphTensor Channel(GraphBuilder g, GraphTensor colors, int channel)
    {
        using GraphScope scope = g.NameScope("strided_slice");
        GraphTensor begin = g.Constant(Tensor.From(0, channel), "stack"), end = g.Constant(Tensor.From(0, channel + 1), "stack_1"), steps = g.Constant(Tensor.From(1, 1), "stack_2");
        return g.Add("StridedSlice", scope.Name, new NodeAttributes { ["ellipsis_mask"] = 1, ["shrink_axis_mask"] = 2 }, colors, begin, end, steps);
    }

    /// <summary>How hue, saturation and value change with red (0), green (1) and blue (2), node by node as TensorFlow's Python has it. Which
    /// colour is the greatest and which the least is decided the same way at ties: red before green before blue.</summary>
    private sealed class HsvSlopes
    {
        private readonly GraphBuilder _g;
        private readonly GraphTensor[] _colors, _smallest;
        private readonly GraphTensor _saturation, _value;

        public HsvSlopes(GraphBuilder g, GraphTensor[] colors, GraphTensor saturation, GraphTensor value)
        {
            (_g, _colors, _saturation, _value) = (g, colors, saturation, value);
            (GraphTensor red, GraphTensor green, GraphTensor blue) = (colors[0], colors[1], colors[2]);
            Biggest =
            [
                Both("GreaterEqual", red, blue, "GreaterEqual", red, green),
                Both("Greater", green, red, "GreaterEqual", green, blue),
                Both("Greater", blue, red, "Greater", blue, green),
            ];
            _smallest =
            [
                Both("Less", red, blue, "Less", red, green),
                Both("LessEqual", green, red, "Less", green, blue),
                Both("LessEqual", blue, red, "LessEqual", blue, green),
            ];
        }

        /// <summary>1 for the greatest colour, else 0: the slope of the value.</summary>
        public GraphTensor[] Biggest { get; }

        /// <summary>As the greatest colour: the least by its square; as the least: −1 by the greatest.</summary>
        public GraphTensor OfSaturation(int color, int first, int second)
        {
            GraphTensor positive = Positive(color);
            GraphTensor least = _g.Add("AddV2", "Add", null, _smallest[first] * _colors[first], _smallest[second] * _colors[second]);
            GraphTensor asGreatest = Biggest[color] * least * Reciprocal(_g.Square(_colors[color]));
            GraphTensor asLeast = _smallest[color] * -1.0 * Reciprocal(Biggest[first] * _colors[first] + Biggest[second] * _colors[second]);
            return positive * _g.Add("AddV2", "Add", null, asGreatest, asLeast);
        }

        /// <summary>By which of the colours is the greatest, and whether this one is the least.</summary>
        /// <param name="color">The colour.</param>
        /// <param name="a">The first of the others as Python goes over them.</param>
        /// <param name="b">The second.</param>
        /// <param name="falls">Whether the hue falls with this colour where <paramref name="a"/> is the greatest and it is not the least.</param>
        public GraphTensor OfHue(int color, int a, int b, bool falls)
        {
            GraphTensor own = Positive(color) * Biggest[color] * -1.0 * Difference(color switch { 0 => (1, 2), 1 => (2, 0), _ => (0, 1) });
            own = Sixty(own * Reciprocal(_g.Square(_saturation)) * Reciprocal(_g.Square(_value)));
            GraphTensor underA = UnderOther(color, a, color == 0 ? (2, 1) : color == 1 ? (0, 2) : (1, 0), color == 0 ? (0, 1) : color == 1 ? (0, 1) : (0, 2));
            GraphTensor besideA = Beside(a, b, falls, color == 0 ? (1, 2) : color == 1 ? (0, 2) : (0, 1));
            GraphTensor underB = UnderOther(color, b, color == 0 ? (2, 1) : color == 1 ? (0, 2) : (1, 0), color == 0 ? (2, 0) : color == 1 ? (2, 1) : (1, 2));
            GraphTensor besideB = Beside(b, a, !falls, color == 0 ? (2, 1) : color == 1 ? (2, 0) : (1, 0));
            return (own + underA + besideA + underB + besideB) / 360.0;
        }

        private GraphTensor UnderOther(int color, int greatest, (int, int) difference, (int, int) range) =>
            Sixty(Positive(greatest) * Biggest[greatest] * _smallest[color] * Difference(difference) * Reciprocal(_g.Square(Difference(range))));

        private GraphTensor Beside(int greatest, int least, bool falls, (int, int) range)
        {
            GraphTensor chosen = Positive(greatest) * Biggest[greatest] * _smallest[least];
            return Sixty((falls ? chosen * -1.0 : chosen) * Reciprocal(Difference(range)));
        }

        private GraphTensor Difference((int First, int Second) colors) => _colors[colors.First] - _colors[colors.Second];

        private static GraphTensor Sixty(GraphTensor slope) => 60.0 * slope;

        private GraphTensor Positive(int color) => _g.Cast(_g.Add("Greater", _colors[color], 0.0), _colors[color].DType);

        private GraphTensor Both(string first, GraphTensor a, GraphTensor b, string second, GraphTensor x, GraphTensor y) =>
            _g.Cast(_g.Add("LogicalAnd", "and", null, _g.Add(first, a, b), _g.Add(second, x, y)), a.DType);

        private GraphTensor Reciprocal(GraphTensor x) => _g.Add("DivNoNan", "div_no_nan", null, _g.Cast(1.0, x.DType), x);
    }
}
