using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Kernels.Strings;
using ModelSessions.Files;

namespace ModelSessions.Cpu.Kernels.Parsing;

/// <summary>A feature that a node asks for, and what has been read of it.</summary>
internal sealed class Feature(byte[] key, DType dtype)
{
    public byte[] Key { get; } = key;

    public DType DType { get; } = dtype;

    public string Name => Text.Show(Key);

    /// <summary>The shape of one value of a dense feature, the first size −1 if it differs between messages; null if not dense.</summary>
    public Shape? Shape { get; init; }

    /// <summary>What stands for a missing dense feature, or fills up a short one; null or empty if there is nothing.</summary>
    public Value? Default { get; init; }

    /// <summary>Whether a message has a list of such features.</summary>
    public bool IsList { get; init; }

    /// <summary>Whether a message may lack the list.</summary>
    public bool MayLack { get; init; } = true;

    public bool IsVariable => Shape is { Rank: > 0 } && Shape[0] < 0;

    /// <summary>The values in one step of the first dimension of a dense feature of variable length, or in the whole of another.</summary>
    public long Stride => IsVariable ? new Shape(Shape!.Dimensions[1..]).ElementCount : Shape!.ElementCount;

    public FeatureColumn Column { get; } = FeatureColumn.Create(dtype);

    /// <summary>The feature's bytes in the message that is being read; null if it has none.</summary>
    public ReadOnlyMemory<byte>? Found { get; private set; }

    /// <summary>Takes what an entry of the message's map holds: the last one counts, but an empty one is no dense feature.</summary>
    public void Find(ReadOnlyMemory<byte> bytes)
    {
        if (Shape is null || IsList || !bytes.IsEmpty)
        {
            Found = bytes;
        }
    }

    public void Forget() => Found = null;

    /// <summary>Appends what was found as a row.</summary>
    public void EndRow(ExamplePlace place)
    {
        if (Found is not { } bytes)
        {
            if (Shape is not null && !IsVariable && Default is not { Count: > 0 })
            {
                throw Failure.Invalid($"{place.Name}Feature: {Name} (data type: {Kind(DType)}) is required but could not be found.");
            }

            Column.EndRow();
            return;
        }

        Append(bytes.Span, place);
    }

    /// <summary>Appends the found list, each of its features as a row.</summary>
    public void EndList(ExamplePlace place)
    {
        if (Found is null && !MayLack)
        {
            throw Failure.Invalid(
                $"{place.Name}Feature list '{Name}' is required but could not be found.  Did you mean to include it in feature_list_dense_missing_assumed_empty or feature_list_dense_defaults?");
        }

        ProtoReader list = new(Found.GetValueOrDefault().Span, 0);
        while (list.Next())
        {
            if (list.Tag == ProtoReader.Tags.Bytes1)
            {
                Append(list.ReadBytes(), place);
            }
            else
            {
                list.Skip();
            }
        }

        Column.EndExample();
    }

    /// <summary>Appends a feature as a row.</summary>
    private void Append(ReadOnlySpan<byte> bytes, ExamplePlace place)
    {
        try
        {
            ProtoReader reader = new(bytes, 0);
            if (reader.Next())
            {
                Check(reader.Tag, place);
                Column.Read(reader.ReadMessage());
            }
        }
        catch (ModelFileException e)
        {
            throw new EngineException(StatusCode.InvalidArgument, $"{place.Of(Name)}  Can't parse serialized Example: {e.Message}", innerException: e);
        }

        Column.EndRow();
        CheckLength(Column.Length(Column.Rows - 1), place);
    }

    private static string Kind(DType dtype) => dtype == DType.Float32 ? "float" : dtype.Name();

    private void Check(ulong tag, ExamplePlace place)
    {
        DType found = tag switch
        {
            ProtoReader.Tags.Bytes1 => DType.String,
            ProtoReader.Tags.Bytes2 => DType.Float32,
            ProtoReader.Tags.Bytes3 => DType.Int64,
            _ => throw Failure.Invalid($"{place.Of(Name)}  Unsupported datatype: the feature begins with the tag {tag}, and is no list of bytes, float or int64."),
        };
        if (found != DType)
        {
            throw Failure.Invalid($"{place.Of(Name)}  Data types don't match. Data type: {Kind(found)} but expected type: {Kind(DType)}");
        }
    }

    private void CheckLength(int length, ExamplePlace place)
    {
        if (Shape is null)
        {
            return;
        }

        if (!IsVariable && length != Stride)
        {
            throw Failure.Invalid($"{place.Of(Name)}  Number of {Kind(DType)} values != expected.  Values size: {length} but output shape: {Shape}");
        }

        if (IsVariable && (Stride == 0 ? length > 0 : length % Stride != 0))
        {
            throw Failure.Invalid($"{place.Of(Name)}  Number of {Kind(DType)} values is not a multiple of stride length. Saw {length} values but output shape is: {Shape}");
        }
    }
}
