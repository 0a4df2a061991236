using ModelSessions.Data;

namespace ModelSessions;

/// <content>From examples to runs.</content>
public sealed partial class Predictor
{
    private IEnumerable<Prediction> Over(DatasetPart part, long count, CancellationToken cancel)
    {
        BatchFeed feed = new(part, SingleInput(), null, BatchSize);
        long planned = 0;
        using BatchStream batches = new(part, feed, batch =>
        {
            long[] rows = [.. Enumerable.Range(0, (int)Math.Min(BatchSize, count - planned)).Select(i => planned + i)];
            planned += rows.Length;
            batch.Take(rows);
            return rows.Length > 0;
        });
        while (batches.Take(cancel) is { } batch)
        {
            cancel.ThrowIfCancellationRequested();
            AskedExample[] examples = Examples(part, batch.Rows.ToArray());
            foreach (Prediction prediction in Run(batch.Inputs!, examples, cancel))
            {
                yield return prediction;
            }
        }
    }

    private AskedExample[] Examples(DatasetPart part, long[] rows)
    {
        object?[] labels = part.HasLabels ? Labels(part, rows) : new object?[rows.Length];
        AskedExample[] examples = Numbered(rows.Length, null);
        return [.. examples.Select((example, i) => example with { Source = part.FileOf(rows[i]), IsFile = part.FileOf(rows[i]) is not null, Label = labels[i] })];
    }

    private object?[] Labels(DatasetPart part, long[] rows)
    {
        if (part.ClassCount is not null)
        {
            Tensor classes = Tensor.Uninitialized(DType.Int32, [rows.Length]);
            part.Read(rows, null, classes);
            return [.. Enumerable.Range(0, rows.Length).Select(i => _reader.Class(classes.Span<int>()[i]))];
        }

        Tensor values = Tensor.Uninitialized(DType.Float64, Shape.Create([rows.Length, .. part.LabelShape]));
        part.Read(rows, null, values);
        int width = (int)part.LabelShape.ElementCount;
        return [.. Enumerable.Range(0, rows.Length).Select(i => width == 1 ? values.Span<double>()[i] : (object)values.Span<double>().Slice(i * width, width).ToArray())];
    }

    private Tensor InBatch(Tensor arrays)
    {
        GraphTensor input = SingleInput();
        Tensor batch = IsExample(arrays) ? arrays.Reshape(Shape.Create([1, .. arrays.Shape])) : arrays;
        if (!_options.Encoded && Contract is { } contract)
        {
            batch = contract.Encode(batch, input.DType);
        }

        Tensor shaped = batch.Reshape(Batched(Shape.Create(batch.Shape.Dimensions[1..]), batch.Shape[0]));
        if (shaped.DType == input.DType)
        {
            return shaped;
        }

        Tensor converted = Tensor.Uninitialized(input.DType, shaped.Shape);
        NumberCopy.Rows(shaped, [.. Enumerable.Range(0, checked((int)shaped.Shape[0])).Select(row => (long)row)], converted);
        return converted;
    }

    private Shape Batched(Shape example, long count) => Shape.Create([count, .. BatchFeed.InputShape(example, "data", SingleInput())]);

    private IEnumerable<Prediction> Parts(Tensor batch, AskedExample[] examples, CancellationToken cancel)
    {
        if (examples.Length <= BatchSize)
        {
            return examples.Length == 0 ? [] : Run(batch, examples, cancel);
        }

        return InParts();

        IEnumerable<Prediction> InParts()
        {
            for (int at = 0; at < examples.Length; at += BatchSize)
            {
                int count = Math.Min(BatchSize, examples.Length - at);
                Tensor part = Tensor.Uninitialized(batch.DType, Shape.Create([count, .. batch.Shape.Dimensions[1..]]));
                NumberCopy.Rows(batch, [.. Enumerable.Range(at, count).Select(row => (long)row)], part);
                foreach (Prediction prediction in Run(part, examples[at..(at + count)], cancel))
                {
                    yield return prediction;
                }
            }
        }
    }

    private IEnumerable<Prediction> OfFiles(IReadOnlyList<string> paths, Action<int, Exception> failed, CancellationToken cancel)
    {
        for (int at = 0; at < paths.Count; at += BatchSize)
        {
            string[] files = [.. paths.Skip(at).Take(BatchSize)];
            AskedExample[] all = Array.ConvertAll(Numbered(files.Length, files), example => example with { IsFile = true });
            object?[] read = new object?[files.Length];
            Parallel.For(0, files.Length, new ParallelOptions { CancellationToken = cancel }, i => read[i] = Content(files[i]));
            List<AskedExample> kept = [];
            for (int i = 0; i < read.Length; i++)
            {
                if (read[i] is Exception error)
                {
                    failed(at + i, error);
                }
                else
                {
                    kept.Add(all[i]);
                }
            }

            if (kept.Count > 0)
            {
                foreach (Prediction prediction in Run(Packed([.. read.Where(content => content is not Exception)]), [.. kept], cancel))
                {
                    yield return prediction;
                }
            }
        }
    }

    // A picture's numbers, the bytes of a file, or why there are none.
    private object Content(string path)
    {
        try
        {
            return _pictures?.Read(path) ?? (object)Files.FileAccessErrors.Guard(path, path, static file => File.ReadAllBytes(Files.Openable.Of(file)));
        }
        catch (ModelSessionException error)
        {
            return error;
        }
    }

    private Tensor Packed(object?[] contents)
    {
        if (_pictures is null)
        {
            Tensor texts = Tensor.Zeros(DType.String, [contents.Length]);
            contents.CopyTo(texts.Objects);
            return texts;
        }

        Tensor batch = Tensor.Uninitialized(SingleInput().DType, Batched(_pictures.ExampleShape, contents.Length));
        long at = 0;
        foreach (double[] example in contents.Cast<double[]>())
        {
            foreach (double number in example)
            {
                NumberCopy.Set(batch, at++, number);
            }
        }

        return batch;
    }

    private Prediction[] Run(Tensor batch, AskedExample[] examples, CancellationToken cancel)
    {
        Tensor inputs = _front is null ? batch : _front.Run(batch, _session.Foremost.Iteration ?? 0);
        return Run(new Dictionary<string, Tensor> { [Inputs[0].Name] = inputs }, examples, cancel);
    }

    private Prediction[] Run(IReadOnlyDictionary<string, Tensor> inputs, AskedExample[] examples, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        return _reader.Read(_session.RunSignature(_signature, inputs, cancel), examples);
    }
}
