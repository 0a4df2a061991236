using System.CommandLine;
using ModelSessions.Data;
using ModelSessions.Models;
using ModelSessions.Training;

namespace ModelSessions.Examples.Mnist;

/// <summary><c>train</c>: creates a model, or goes on with the newest checkpoint.</summary>
internal sealed class TrainCommand
{
    private readonly CommonOptions _common = new();
    private readonly Option<int?> _layer1 = CommonOptions.OptionalNumber("--layer-1", "Filters of the first convolution. Default: 32, or the checkpoint's.", least: 1);
    private readonly Option<int?> _layer2 = CommonOptions.OptionalNumber("--layer-2", "Filters of the second convolution. Default: 64, or the checkpoint's.", least: 1);
    private readonly Option<double> _learningRate = CommonOptions.Real("--learning-rate", "How far a step goes.", 1e-4, rate => rate >= 0, "0 or more");
    private readonly Option<double> _keep = CommonOptions.Real(
        "--keep-probability", "The share of activations that dropout keeps while training.", 0.5, keep => keep is > 0 and <= 1, "above 0 and at most 1");

    private readonly Option<int> _examples = CommonOptions.Number(
        "--training-examples", "How many examples to train with, counted from where the run starts.", 55_000, least: 1);

    private readonly Option<int> _batchSize = CommonOptions.Number("--batch-size", "Examples of one step.", 50, least: 1);
    private readonly Option<int> _reports = CommonOptions.Number("--report-interval", "Iterations between reports of the batch's accuracy.", 50, least: 1);
    private readonly Option<int> _validations = CommonOptions.Number("--validation-interval", "Iterations between validations.", 100, least: 1);
    private readonly Option<int> _checkpoints = CommonOptions.Number("--checkpoint-interval", "Iterations between checkpoints.", 500, least: 1);
    private readonly Option<int?> _seed = CommonOptions.OptionalNumber("--seed", "Makes a new model's training repeatable. Default: drawn.", least: 0);

    private readonly Option<DirectoryInfo?> _log = new("--log-directory")
    {
        Description = "A folder for TensorBoard: losses, metrics, speed, the graph, the settings. Default: none.",
        HelpName = "DIR",
    };

    private TrainCommand()
    {
    }

    public static Command Create()
    {
        TrainCommand train = new();
        Command command = new("train", "Creates a model, or goes on with the newest checkpoint of its folder, and trains it. Ctrl+C saves.");
        train._common.AddTo(command);
        foreach (Option option in new Option[]
        {
            train._layer1, train._layer2, train._learningRate, train._keep, train._examples, train._batchSize, train._reports, train._validations,
            train._checkpoints, train._seed, train._log,
        })
        {
            command.Add(option);
        }

        command.SetAction(train.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        using Interrupt interrupt = new();
        ModelDataset data = _common.Data(parsed);
        SessionOptions options = _common.Session(parsed) with { Seed = parsed.GetValue(_seed) };
        CheckpointFolder.EnsureWritable(options.Directory!);
        using ModelSession session = Open(parsed, options);
        Report report = new();
        report.Opened(session, data, parsed.GetValue(_seed));
        using EventLog? log = parsed.GetValue(_log) is { } folder ? new EventLog(session, folder.FullName) : null;
        TrainingResult result = report.Run(observer => session.Train(data, Training(parsed, data, report, log, observer), interrupt.Token));
        if (session.Checkpoint?.Iteration != session.Iteration)
        {
            session.Save(cancel: CancellationToken.None);
        }

        // What an interval left out; not after Ctrl+C, when the user is waiting.
        if (result.StopReason == StopReason.Completed && data.Validation is { } validation && report.Validated != session.Iteration)
        {
            report.Validation(session.Evaluate(validation));
        }

        report.Ended(session, result);
        return result.StopReason == StopReason.Stopped ? Interrupt.ExitCode : 0;
    }

    private ModelSession Open(ParseResult parsed, SessionOptions options)
    {
        MnistModel definition = new();
        Dictionary<string, object> structure = [];
        if (parsed.GetValue(_layer1) is { } layer1)
        {
            structure[nameof(MnistModel.Layer1)] = layer1;
        }

        if (parsed.GetValue(_layer2) is { } layer2)
        {
            structure[nameof(MnistModel.Layer2)] = layer2;
        }

        return ModelSession.Resume(
            new MnistModel { Layer1 = parsed.GetValue(_layer1) ?? definition.Layer1, Layer2 = parsed.GetValue(_layer2) ?? definition.Layer2 },
            options with { Structure = structure });
    }

    private TrainingOptions Training(ParseResult parsed, ModelDataset data, Report report, EventLog? log, TrainingObserver progress)
    {
        List<TrainingObserver> observers = [progress, new ReportObserver(parsed.GetValue(_reports), report.Batch)];
        if (data.Validation is { } validation)
        {
            observers.Add(new ValidationObserver(parsed.GetValue(_validations), validation, (_, result) => report.Validation(result)));
        }

        if (log is not null)
        {
            observers.Add(new EventLogObserver(log));
        }

        observers.Add(new CheckpointObserver(parsed.GetValue(_checkpoints), report: report.Saved));
        return new TrainingOptions
        {
            Examples = parsed.GetValue(_examples),
            BatchSize = parsed.GetValue(_batchSize),
            Hyperparameters = new Dictionary<string, Schedule>
            {
                ["learning_rate"] = parsed.GetValue(_learningRate),
                ["keep_probability"] = parsed.GetValue(_keep),
            },
            Observers = observers,
        };
    }
}
