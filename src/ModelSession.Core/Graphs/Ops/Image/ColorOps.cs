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
        IReadOnlyList<GraphTensor> rgb = Channels(g, op.Inputs[0]), hsv = Channels(g, op.Outputs[0]), upstream = Channels(g, dy[0]);
        HsvSlopes slopes = new(g, rgb, hsv[1], hsv[2]);
        GraphTensor value = Stack(g, channel => upstream[2] * slopes.OfValue(channel));
        GraphTensor saturation = Stack(g, channel => upstream[1] * slopes.OfSaturation(channel));
        GraphTensor hue = Stack(g, channel => upstream[0] * slopes.OfHue(channel));
        return [g.Plus(g.Plus(value, saturation), hue)];
    }

    private static IReadOnlyList<GraphTensor> Channels(GraphBuilder g, GraphTensor colors) =>
        g.AddOperation("Unpack", null, new NodeAttributes { ["num"] = 3, ["axis"] = -1 }, colors).Outputs;

    private static GraphTensor Stack(GraphBuilder g, Func<int, GraphTensor> channel) => g.Stack([channel(0), channel(1), channel(2)], -1);

    /// <summary>How hue, saturation and value change with red (0), green (1) and blue (2), as TensorFlow's Python has it. Which colour is the
    /// greatest and which the least is decided the same way at ties: red before green before blue.</summary>
    private sealed class HsvSlopes
    {
        private readonly GraphBuilder _g;
        private readonly IReadOnlyList<GraphTensor> _colors;
        private readonly GraphTensor _saturation, _value;
        private readonly GraphTensor[] _biggest, _smallest, _positive;

        public HsvSlopes(GraphBuilder g, IReadOnlyList<GraphTensor> colors, GraphTensor saturation, GraphTensor value)
        {
            (_g, _colors, _saturation, _value) = (g, colors, saturation, value);
            (GraphTensor red, GraphTensor green, GraphTensor blue) = (colors[0], colors[1], colors[2]);
            _biggest =
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
            _positive = [.. colors.Select(color => g.Cast(g.Add("Greater", color, 0), color.DType))];
        }

        public GraphTensor OfValue(int channel) => _biggest[channel];

        // As the greatest colour: the least by its square; as the least: −1 by the greatest.
        public GraphTensor OfSaturation(int channel)
        {
            (int next, int after) = Others(channel);
            GraphTensor least = _smallest[next] * _colors[next] + _smallest[after] * _colors[after];
            GraphTensor greatest = _biggest[next] * _colors[next] + _biggest[after] * _colors[after];
            return _positive[channel] * (_biggest[channel] * least * Reciprocal(_g.Square(_colors[channel])) - _smallest[channel] * Reciprocal(greatest));
        }

        // Sixths of the circle: red to green to blue. The two other colours in that order are next and after.
        public GraphTensor OfHue(int channel)
        {
            (int next, int after) = Others(channel);
            GraphTensor color = _colors[channel], a = _colors[next], b = _colors[after];
            GraphTensor own = _positive[channel] * _biggest[channel] * (b - a) * Reciprocal(_g.Square(_saturation)) * Reciprocal(_g.Square(_value));
            GraphTensor underNext = _positive[next] * _biggest[next] * _smallest[channel] * (b - a) * Reciprocal(_g.Square(color - a));
            GraphTensor besideNext = _g.Negate(_positive[next] * _biggest[next] * _smallest[after] * Reciprocal(a - b));
            GraphTensor underAfter = _positive[after] * _biggest[after] * _smallest[channel] * (b - a) * Reciprocal(_g.Square(b - color));
            GraphTensor besideAfter = _positive[after] * _biggest[after] * _smallest[next] * Reciprocal(b - a);
            return (own + underNext + besideNext + underAfter + besideAfter) / 6;
        }

        private static (int Next, int After) Others(int channel) => ((channel + 1) % 3, (channel + 2) % 3);

        private GraphTensor Both(string first, GraphTensor a, GraphTensor b, string second, GraphTensor x, GraphTensor y) =>
            _g.Cast(_g.Add("LogicalAnd", _g.Add(first, a, b), _g.Add(second, x, y)), a.DType);

        private GraphTensor Reciprocal(GraphTensor x) => _g.Add("DivNoNan", _g.Constant(1.0, x.DType), x);
    }
}
