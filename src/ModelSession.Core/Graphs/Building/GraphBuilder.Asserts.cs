namespace ModelSessions;

/// <content>What a run checks.</content>
public sealed partial class GraphBuilder
{
    /// <summary>Fails the run where a condition is false: <c>tf.Assert</c>.</summary>
    /// <param name="condition">A boolean scalar.</param>
    /// <param name="data">What the error shows, one behind the other: texts and tensors.</param>
    /// <param name="name">The scope; <c>Assert</c> if null.</param>
    /// <param name="summarize">How many elements of each tensor are shown.</param>
    internal GraphOperation Assert(GraphTensor condition, object[] data, string? name = null, int summarize = 3)
    {
        using GraphScope scope = NameScope(name ?? "Assert");
        // What may lie on another device is only fetched from there if it is to be shown.
        bool isNear = data.All(item => item is string or GraphTensor { DType: DType.Int32 or DType.String });
        return isNear ? Check() : Cond(condition, () => NoOp(), Check, "AssertGuard");

        GraphOperation Check()
        {
            Operand[] shown = [.. data.Select((item, i) => item is string text ? Constant(Tensor.Scalar(text), $"Assert/data_{i}") : (Operand)(GraphTensor)item)];
            return AddOperation("Assert", "Assert", new() { ["summarize"] = summarize }, [condition, .. shown]);
        }
    }

    /// <summary>Fails the run where two tensors differ.</summary>
    /// <param name="x">One of them.</param>
    /// <param name="y">The other.</param>
    /// <param name="message">Said first; nothing if null.</param>
    internal GraphOperation AssertEqual(GraphTensor x, GraphTensor y, string? message = null)
    {
        // Python opens a scope to see whether both are the same tensor, and another one for the nodes.
        UniqueName("assert_equal");
        return AssertThat("assert_equal", "Equal", "==", x, y, message);
    }

    /// <summary>Fails the run where numbers are not below others.</summary>
    internal GraphOperation AssertLess(GraphTensor x, GraphTensor y, string message) => AssertThat("assert_less", "Less", "<", x, y, message);

    /// <summary>Fails the run where numbers are not in a range.</summary>
    /// <param name="x">The numbers.</param>
    /// <param name="least">The least allowed one.</param>
    /// <param name="greatest">The greatest allowed one.</param>
    /// <param name="message">Said first.</param>
    internal GraphOperation[] AssertWithin(GraphTensor x, double least, double greatest, string message)
    {
        GraphOperation notLess = AssertThat("assert_greater_equal", "GreaterEqual", ">=", x, Number(least), message);
        return [notLess, AssertThat("assert_less_equal", "LessEqual", "<=", x, Number(greatest), message)];

        GraphTensor Number(double value)
        {
            using GraphScope scope = NameScope("Cast");
            return Constant(value, x.DType, null, "x");
        }
    }

    /// <summary>Fails the run where a number is not greater than zero.</summary>
    internal GraphOperation AssertPositive(GraphTensor x, string message) => AssertSign("assert_positive", "assert_less", "Less", "> 0", x, message);

    /// <summary>Fails the run where a number is less than zero.</summary>
    internal GraphOperation AssertNonNegative(GraphTensor x, string message) => AssertSign("assert_non_negative", "assert_less_equal", "LessEqual", ">= 0", x, message);

    /// <summary>A tensor that is there only after operations.</summary>
    internal GraphTensor After(GraphTensor tensor, params GraphOperation[] operations)
    {
        using GraphScope scope = NameScope("control_dependency");
        using GraphScope place = ColocateWith(tensor.Operation);
        using GraphScope after = ControlDependencies(operations);
        return Identity(tensor, scope.Name);
    }

    private GraphOperation AssertThat(string name, string type, string sign, GraphTensor x, GraphTensor y, string? message)
    {
        using GraphScope scope = NameScope(name);
        GraphTensor all = ReduceAll(Add(type, x, y));
        object[] shown = [$"Condition x {sign} y did not hold element-wise:", $"x ({x.Name}) = ", x, $"y ({y.Name}) = ", y];
        return Assert(all, message is null ? shown : [message, .. shown]);
    }

    private GraphOperation AssertSign(string name, string inner, string type, string sign, GraphTensor x, string message)
    {
        using GraphScope scope = NameScope(name);
        GraphTensor zero = Constant(0, x.DType);
        using GraphScope comparison = NameScope(inner);
        return Assert(ReduceAll(Add(type, zero, x)), [$"{message}.  ", $"Condition x {sign} did not hold element-wise:", $"x ({x.Name}) = ", x]);
    }
}
