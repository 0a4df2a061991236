using ModelSessions.Cpu.Kernels;
using ModelSessions.Cpu.Kernels.Math;
using ModelSessions.Cpu.Kernels.Nn;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Planning;

/// <summary>A product or convolution together with the bias and the activation that follow it.</summary>
/// <param name="Head">The MatMul or Conv2D.</param>
/// <param name="Bias">What is added to each row.</param>
/// <param name="Activation">What is applied then.</param>
/// <param name="Inner">The outputs inside, of the same shape as the whole's, of which nothing but the shape may be asked.</param>
internal sealed record Fusion(GraphOperation Head, GraphTensor Bias, Activation Activation, IReadOnlyList<GraphTensor> Inner)
{
    public Kernel CreateKernel() => Head.Type == "Conv2D"
        ? ConvolutionKernels.WithBias(Head, Activation)
        : MatMulKernels.WithBias(Head, Activation);
}

/// <summary>Finds products whose bias and activation can be applied before the result leaves the cache. The bits are those of the
/// single kernels.</summary>
internal sealed class Fuser
{
    private readonly Dictionary<GraphTensor, List<GraphOperation>> _users = [];
    private readonly Dictionary<GraphOperation, int> _places = [];
    private readonly HashSet<GraphOperation> _awaited = [];
    private readonly IReadOnlySet<GraphTensor> _visible;

    /// <param name="nodes">The nodes of a plan in order.</param>
    /// <param name="visible">Tensors that must exist as such: feeds and fetches.</param>
    private Fuser(List<GraphOperation> nodes, IReadOnlySet<GraphTensor> visible)
    {
        _visible = visible;
        foreach (GraphOperation node in nodes)
        {
            _places.Add(node, _places.Count);
            _awaited.UnionWith(node.ControlInputs);
            foreach (GraphTensor input in node.Inputs.Distinct())
            {
                if (!_users.TryGetValue(input, out List<GraphOperation>? users))
                {
                    _users[input] = users = [];
                }

                users.Add(node);
            }
        }
    }

    /// <summary>The fusions of a plan, by the last of the nodes that each stands for.</summary>
    public static Dictionary<GraphOperation, Fusion> Find(List<GraphOperation> nodes, IReadOnlySet<GraphTensor> visible)
    {
        Dictionary<GraphOperation, Fusion> fusions = [];
        Fuser fuser = new(nodes, visible);
        foreach (GraphOperation node in nodes)
        {
            if (node.Type is "Conv2D" or "MatMul" && node.Outputs[0].DType is DType.Float32 or DType.Float64
                && fuser.TryFuse(node) is var (last, fusion))
            {
                fusions.Add(last, fusion);
            }
        }

        return fusions;
    }

    private (GraphOperation Last, Fusion Fusion)? TryFuse(GraphOperation head)
    {
        if (Next(head) is not { } sum || BiasOf(sum, head.Outputs[0]) is not { } bias)
        {
            return null;
        }

        if (Next(sum) is { Type: "Relu" } relu && ShapesAskedLater(head, relu) && ShapesAskedLater(sum, relu))
        {
            return (relu, new Fusion(head, bias, Activation.Relu, [head.Outputs[0], sum.Outputs[0]]));
        }

        return ShapesAskedLater(head, sum) ? (sum, new Fusion(head, bias, Activation.None, [head.Outputs[0]])) : null;
    }

    // The only node that reads an output's elements, if nothing else sees or waits for the node that makes it.
    private GraphOperation? Next(GraphOperation node)
    {
        GraphTensor output = node.Outputs[0];
        if (_visible.Contains(output) || _awaited.Contains(node) || !_users.TryGetValue(output, out List<GraphOperation>? users))
        {
            return null;
        }

        List<GraphOperation> readers = [.. users.Where(user => !AsksShape(user))];
        return readers.Count == 1 && readers[0].ControlInputs.Count == 0 ? readers[0] : null;
    }

    // Such nodes are given the whole's output instead, which must be there by then.
    private bool ShapesAskedLater(GraphOperation node, GraphOperation last) =>
        _users[node.Outputs[0]].TrueForAll(user => !AsksShape(user) || _places[user] > _places[last]);

    private static bool AsksShape(GraphOperation node) => node.Type is "Shape" or "ShapeN" or "Size" or "Rank";

    // One value for each column of the product, known to be so before the run.
    private static GraphTensor? BiasOf(GraphOperation sum, GraphTensor product)
    {
        if (sum.Type is not ("BiasAdd" or "Add" or "AddV2") || (sum.Attributes.ContainsKey("data_format") && sum.String("data_format") != "NHWC"))
        {
            return null;
        }

        GraphTensor? other = sum.Inputs[0] == product ? sum.Inputs[1] : sum.Type == "BiasAdd" ? null : sum.Inputs[0];
        bool fits = other is not null && other != product && other.Shape is { Rank: 1, IsFullyDefined: true } && product.Shape.HasRank
            && product.Shape[-1] == other.Shape[0];
        return fits ? other : null;
    }
}
