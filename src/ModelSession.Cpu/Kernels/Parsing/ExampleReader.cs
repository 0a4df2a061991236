using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Kernels.Strings;
using ModelSessions.Files;

namespace ModelSessions.Cpu.Kernels.Parsing;

/// <summary>Reads Example and SequenceExample messages, which are one format: the features of the first are the context of the second.</summary>
/// <param name="features">The features of a message.</param>
/// <param name="lists">The lists of features of a message.</param>
internal sealed class ExampleReader(FeatureMap features, FeatureMap lists)
{
    /// <summary>Reads a scalar or a vector of messages.</summary>
    /// <returns>The dimensions of the batch.</returns>
    public long[] Read(KernelContext context, Value serialized, Value? names)
    {
        if (serialized.Rank > 1)
        {
            throw Failure.Invalid($"Expected serialized to be a scalar or vector, got shape: {serialized.Shape}");
        }

        if (names is { LongCount: > 0 } && !names.Shape.Equals(serialized.Shape))
        {
            throw Failure.Invalid($"Expected names have the same shape as serialized: name.shape={names.Shape}, serialized.shape={serialized.Shape}");
        }

        for (int i = 0; i < serialized.Count; i++)
        {
            context.Cancel.ThrowIfCancellationRequested();
            Read(Text.At(serialized, i), new ExamplePlace(names, i));
        }

        return serialized.Dimensions.ToArray();
    }

    private void Read(byte[] message, ExamplePlace place)
    {
        features.Forget();
        lists.Forget();
        try
        {
            Find(message);
            foreach (Feature feature in features.All)
            {
                feature.EndRow(place);
            }

            foreach (Feature feature in lists.All)
            {
                feature.EndList(place);
            }
        }
        catch (ModelFileException e)
        {
            throw new EngineException(
                StatusCode.InvalidArgument, $"{place.Name}Could not parse example input {place.Index} of {message.Length} bytes: {e.Message}", innerException: e);
        }
    }

    private void Find(byte[] message)
    {
        ProtoReader reader = new(message, 0);
        while (reader.Next())
        {
            switch (reader.Tag)
            {
                case ProtoReader.Tags.Bytes1:
                    features.Read(reader.ReadMessage(), message);
                    break;
                case ProtoReader.Tags.Bytes2 when lists.All.Count > 0:
                    lists.Read(reader.ReadMessage(), message);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
    }
}
