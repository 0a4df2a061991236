using System.Collections;
using System.Management.Automation;
using ModelSessions.Data;

namespace ModelSessions.PowerShell;

/// <summary>Gathers what comes through the pipeline into batches for a predictor: files with files, rows with rows, arrays with arrays.</summary>
internal sealed class PredictionInput(InvokeModelPredictionCommand cmdlet, Predictor predictor, long first, WorkBar bar) : IDisposable
{
    private readonly List<string> _files = [];
    private readonly List<PSObject> _rows = [];
    private readonly List<object> _arrays = [];
    private long _left = first;
    private long _done;
    private long? _total;

    /// <summary>How many examples are run at once.</summary>
    public int BatchSize => predictor.BatchSize;

    private bool TakesText => predictor.Input?.DType == DType.String;

    /// <summary>These are all there will be: their number is known, if they are a list.</summary>
    public void Expect(object? data) => _total = Tables.Plain(data) is IList list && !IsArray(list) ? _done + Math.Min(_left, list.Count) : null;

    /// <summary>So many files will come now.</summary>
    public void ExpectFiles(int count) => _total = count > 0 ? _done + Math.Min(_left, count) : _total;

    /// <summary>Adds whatever may be examples.</summary>
    public void Add(object? item) => Add(item, 0);

    private void Add(object? item, int depth)
    {
        switch (Tables.Plain(item))
        {
            case IList when depth == Nesting.Deepest:
                throw Nesting.TooDeep("The list of examples");
            case null:
                break;
            case ModelDataset data:
                AddPart(data.Test ?? data.Train);
                break;
            case DatasetPart part:
                AddPart(part);
                break;
            case FileSystemInfo file:
                AddFile(file.FullName);
                break;
            case string text when !TakesText:
                cmdlet.Attempt(text, () =>
                {
                    foreach (string path in cmdlet.Files(text))
                    {
                        AddFile(path);
                    }
                });
                break;
            case Tensor tensor:
                AddTensor(tensor);
                break;
            case IList list when !IsArray(list):
                foreach (object? each in list)
                {
                    Add(each, depth + 1);
                }

                break;
            case IList or ValueType or string:
                AddTo(_arrays, Tables.Plain(item)!);
                break;
            default:
                PSObject row = PSObject.AsPSObject(item!);
                if (predictor.Contract is not { Columns.Count: > 0 } && row.BaseObject is PSCustomObject && FileOf(row) is { } named)
                {
                    cmdlet.Attempt(named, () => AddFile(cmdlet.File(named)));
                    break;
                }

                AddTo(_rows, row);
                break;
        }
    }

    /// <summary>Adds a file.</summary>
    public void AddFile(string path) => AddTo(_files, path);

    /// <summary>Asks about what was gathered.</summary>
    public void Finish()
    {
        Ask(_files, OfFiles);
        Ask(_rows, OfRows);
        Ask(_arrays, OfArrays);
    }

    /// <inheritdoc/>
    public void Dispose() => predictor.Dispose();

    private void AddTo<T>(List<T> batch, T item)
    {
        // The order of what comes is the order of what goes out.
        if (_files.Count + _rows.Count + _arrays.Count > batch.Count)
        {
            Finish();
        }

        if (batch.Count < _left)
        {
            batch.Add(item);
        }

        if (batch.Count >= Math.Min(BatchSize, _left))
        {
            Finish();
        }
    }

    private void AddPart(DatasetPart part)
    {
        Finish();
        if (_left > 0)
        {
            long count = Math.Min(_left, part.Count);
            Emit(predictor.Predict(part, _left, cmdlet.Stopped), count, count);
        }
    }

    private void AddTensor(Tensor tensor)
    {
        Finish();
        if (_left > 0)
        {
            Emit(predictor.Predict(tensor, null, cmdlet.Stopped).Take((int)Math.Min(_left, int.MaxValue)), 0, Math.Min(_left, Examples(tensor)));
        }
    }

    private long Examples(Tensor tensor) => tensor.Shape.Rank == 0 || predictor.IsExample(tensor) ? 1 : tensor.Shape[0];

    private void Ask<T>(List<T> gathered, Action<T[]> ask)
    {
        if (gathered.Count > 0)
        {
            T[] batch = [.. gathered];
            gathered.Clear();
            _left -= batch.Length;
            ask(batch);
        }
    }

    private void OfFiles(string[] files) =>
        Emit(predictor.PredictFiles(files, (i, error) => cmdlet.Fail(error, files[i], TakesText ? "File" : "Picture"), cmdlet.Stopped), 0);

    private void OfRows(PSObject[] rows)
    {
        if (predictor.Contract is { Columns.Count: > 0 })
        {
            KeyValuePair<string, object?>[][] values = Array.ConvertAll(rows, row => DatasetArguments.Row(row).ToArray());
            Emit(predictor.PredictRows(values, rows, (i, error) => cmdlet.Fail(error, rows[i], "Row"), cmdlet.Stopped), 0);
            return;
        }

        Emit(predictor.Predict(NamedInputs.Of(predictor, rows), rows, cmdlet.Stopped), 0);
    }

    private void OfArrays(object[] arrays)
    {
        Tensor[] tensors = Array.ConvertAll(arrays, Convert);
        bool alike = tensors.All(tensor => tensor.Shape.Equals(tensors[0].Shape) && tensor.DType == tensors[0].DType);
        if (tensors.Length > 1 && alike && predictor.IsExample(tensors[0]))
        {
            Emit(predictor.Predict(TensorArgument.Stack(tensors), TakesText ? arrays : null, cmdlet.Stopped), 0);
            return;
        }

        for (int i = 0; i < tensors.Length; i++)
        {
            Tensor tensor = tensors[i];
            // Each was taken for one example; there may be more in it.
            cmdlet.Attempt(arrays[i], () => Emit(predictor.Predict(tensor, null, cmdlet.Stopped), 0, tensors.Length == 1 ? Examples(tensor) : null));
        }
    }

    private Tensor Convert(object array) => TakesText
        ? TensorArgument.Convert(array, DType.String, "Data")
        : DatasetArguments.Of(array, "Data");

    private void Emit(IEnumerable<Prediction> predictions, long taken, long? count = null)
    {
        _left -= taken;
        long? total = _total ?? _done + count;
        foreach (Prediction prediction in predictions)
        {
            cmdlet.Write(prediction);
            bar.Report(++_done, total, WorkUnit.Examples);
        }
    }

    // Numbers, or lists of such; else a list of examples.
    private static bool IsArray(IList list, int depth = 0) => list is Array { Rank: > 1 } || (list.Count > 0 && Tables.Plain(list.Cast<object?>().First()) switch
    {
        IList inner => depth < Nesting.Deepest ? IsArray(inner, depth + 1) : throw Nesting.TooDeep("The list of examples"),
        ValueType => true,
        _ => false,
    });

    private static string? FileOf(PSObject item) =>
        (item.Properties["PSPath"] ?? item.Properties["LiteralPath"] ?? item.Properties["FullName"] ?? item.Properties["Path"])?.Value as string;
}
