namespace ModelSessions.Graphs.Ops;

/// <summary>What TensorFlow asks of inputs before anything else is inferred, where nothing more is to be said of them: ranks, lengths, signs.</summary>
internal static class InputRanks
{
    private const int Any = -1;

    private static readonly Dictionary<string, int[]> s_ranks = new(StringComparer.Ordinal)
    {
        ["ArgMax"] = [Any, 0],
        ["ArgMin"] = [Any, 0],
        ["AvgPoolGrad"] = [1],
        ["BroadcastArgs"] = [1, 1],
        ["BroadcastGradientArgs"] = [1, 1],
        ["BroadcastTo"] = [Any, 1],
        ["CombinedNonMaxSuppression"] = [4, 3, 0, 0, 0, 0],
        ["CropAndResize"] = [4, 2, 1, 1],
        ["DecodePaddedRaw"] = [Any, 0],
        ["Empty"] = [1],
        ["ExtractGlimpse"] = [4, 1, 2],
        ["Fill"] = [1, 0],
        ["HistogramFixedWidth"] = [Any, 1, 0],
        ["LRNGrad"] = [4, 4, 4],
        ["LinSpace"] = [0, 0, 0],
        ["ListDiff"] = [1, 1],
        ["MirrorPad"] = [Any, 2],
        ["MirrorPadGrad"] = [Any, 2],
        ["NthElement"] = [Any, 0],
        ["OneHot"] = [Any, 0],
        ["Pad"] = [Any, 2],
        ["PadV2"] = [Any, 2, 0],
        ["ParameterizedTruncatedNormal"] = [1],
        ["RandomPoissonV2"] = [1],
        ["RandomStandardNormal"] = [1],
        ["RandomUniform"] = [1],
        ["RandomUniformInt"] = [1, 0, 0],
        ["Range"] = [0, 0, 0],
        ["ReaderReadUpTo"] = [Any, Any, 0],
        ["ReaderReadUpToV2"] = [Any, Any, 0],
        ["RefSwitch"] = [Any, 0],
        ["RegexReplace"] = [Any, 0, 0],
        ["Reshape"] = [Any, 1],
        ["ResizeArea"] = [4, 1],
        ["ResizeBicubic"] = [4, 1],
        ["ResizeBilinear"] = [4, 1],
        ["ResizeNearestNeighbor"] = [4, 1],
        ["ResizeNearestNeighborGrad"] = [4, 1],
        ["Restore"] = [0, 0],
        ["RestoreSlice"] = [0, 0, 0],
        ["RestoreV2"] = [0, 1, 1],
        ["Reverse"] = [Any, 1],
        ["ReverseSequence"] = [Any, 1],
        ["ReverseV2"] = [Any, 1],
        ["SampleDistortedBoundingBoxV2"] = [1, 3, 0],
        ["Save"] = [0, 1],
        ["SaveSlices"] = [0, 1, 1],
        ["SaveV2"] = [0, 1, 1],
        ["ScatterNd"] = [Any, Any, 1],
        ["ShardedFilename"] = [0, 0, 0],
        ["ShardedFilespec"] = [0, 0],
        ["Slice"] = [Any, 1, 1],
        ["SparseSegmentMeanGrad"] = [Any, 1, 1, 0],
        ["SparseSegmentSqrtNGrad"] = [Any, 1, 1, 0],
        ["SparseSegmentSumGrad"] = [Any, 1, 1, 0],
        ["Split"] = [0],
        ["SplitV"] = [Any, 1, 0],
        ["StatelessMultinomial"] = [2, 0, 1],
        ["StatelessParameterizedTruncatedNormal"] = [1, 1],
        ["StatelessRandomGammaV2"] = [1, 1],
        ["StatelessRandomGetKeyCounter"] = [1],
        ["StatelessRandomNormal"] = [1, 1],
        ["StatelessRandomNormalV2"] = [1, 1, 1, 0],
        ["StatelessRandomUniform"] = [1, 1],
        ["StatelessRandomUniformFullInt"] = [1, 1],
        ["StatelessRandomUniformFullIntV2"] = [1, 1, 1, 0],
        ["StatelessRandomUniformInt"] = [1, 1, 0, 0],
        ["StatelessRandomUniformIntV2"] = [1, 1, 1, 0, 0, 0],
        ["StatelessRandomUniformV2"] = [1, 1, 1, 0],
        ["StatelessTruncatedNormal"] = [1, 1],
        ["StatelessTruncatedNormalV2"] = [1, 1, 1, 0],
        ["StridedSlice"] = [Any, 1, 1, 1],
        ["StridedSliceGrad"] = [1],
        ["Switch"] = [Any, 0],
        ["TensorArrayGatherV3"] = [Any, 1, 0],
        ["TensorArrayReadV3"] = [Any, 0, 0],
        ["TensorArrayScatterV3"] = [Any, 1, Any, 0],
        ["TensorArrayV3"] = [0],
        ["TensorArrayWriteV3"] = [Any, 0, Any, 0],
        ["Tile"] = [Any, 1],
        ["TopKV2"] = [Any, 0],
        ["TruncatedNormal"] = [1],
        ["Unique"] = [1],
        ["UniqueV2"] = [Any, 1],
        ["UniqueWithCounts"] = [1],
        ["UniqueWithCountsV2"] = [Any, 1],
        ["UnsortedSegmentMax"] = [Any, Any, 0],
        ["UnsortedSegmentMin"] = [Any, Any, 0],
        ["UnsortedSegmentProd"] = [Any, Any, 0],
        ["UnsortedSegmentSum"] = [Any, Any, 0],
    };

    // How long seeds and sizes of images are.
    private static readonly Dictionary<string, (int Input, int Length)> s_lengths = new(StringComparer.Ordinal)
    {
        ["Cross"] = (0, 3),
        ["HistogramFixedWidth"] = (1, 2),
        ["ResizeArea"] = (1, 2),
        ["ResizeBicubic"] = (1, 2),
        ["ResizeBilinear"] = (1, 2),
        ["ResizeNearestNeighbor"] = (1, 2),
        ["StatelessMultinomial"] = (2, 2),
        ["StatelessParameterizedTruncatedNormal"] = (1, 2),
        ["StatelessRandomGammaV2"] = (1, 2),
        ["StatelessRandomGetKeyCounter"] = (0, 2),
        ["StatelessRandomNormal"] = (1, 2),
        ["StatelessRandomUniform"] = (1, 2),
        ["StatelessRandomUniformFullInt"] = (1, 2),
        ["StatelessRandomUniformInt"] = (1, 2),
        ["StatelessTruncatedNormal"] = (1, 2),
        ["StatelessTruncatedNormalV2"] = (1, 1),
    };

    // Scalars that count something.
    private static readonly Dictionary<string, int> s_counts = new(StringComparer.Ordinal)
    {
        ["DenseBincount"] = 1,
        ["Multinomial"] = 1,
        ["NthElement"] = 1,
        ["SparseSegmentMeanGrad"] = 3,
        ["SparseSegmentMeanWithNumSegments"] = 3,
        ["SparseSegmentSqrtNGrad"] = 3,
        ["SparseSegmentSqrtNWithNumSegments"] = 3,
        ["SparseSegmentSumGrad"] = 3,
        ["SparseSegmentSumWithNumSegments"] = 3,
        ["StatelessMultinomial"] = 1,
        ["TopKV2"] = 1,
        ["UnsortedSegmentMax"] = 2,
        ["UnsortedSegmentMin"] = 2,
        ["UnsortedSegmentProd"] = 2,
        ["UnsortedSegmentSum"] = 2,
    };

    /// <summary>Makes sure that the inputs are as they must be, as far as they are known.</summary>
    /// <exception cref="GraphException">One is not.</exception>
    public static void Check(ShapeContext c)
    {
        if (s_ranks.TryGetValue(c.Operation.Type, out int[]? ranks))
        {
            for (int i = 0; i < ranks.Length && i < c.InputCount; i++)
            {
                if (ranks[i] != Any)
                {
                    c.Input(i, ranks[i]);
                }
            }
        }

        if (s_lengths.TryGetValue(c.Operation.Type, out (int Input, int Length) vector) && c.Input(vector.Input) is { Rank: > 0 } shape)
        {
            c.MergeSize(shape[-1], vector.Length);
        }

        if (s_counts.TryGetValue(c.Operation.Type, out int count) && c.TryScalar(count, out long known) && known < 0)
        {
            throw c.Error($"input {count} '{c.Operation.Inputs[count].Name}' is {known}; it must not be negative.");
        }
    }
}
