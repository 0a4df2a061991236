using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using ModelSessions.Data;

namespace ModelSessions.Examples.Mnist;

/// <summary>What both commands take.</summary>
internal sealed class CommonOptions
{
    public Option<DirectoryInfo?> Mnist { get; } = new("--mnist")
    {
        Description = "A folder with the four MNIST files (train-images-idx3-ubyte and so on, gzipped or not). Default: the sample that comes along.",
        HelpName = "DIR",
    };

    public Option<DirectoryInfo> ModelDirectory { get; } = new("--model-directory")
    {
        Description = "The folder of the checkpoints.",
        HelpName = "DIR",
        DefaultValueFactory = _ => new DirectoryInfo("checkpoint"),
    };

    public Option<int> Threads { get; } = Number("--threads", "Threads that compute; 0 for all processors. The results are the same.", 0, least: 0);

    public void AddTo(Command command)
    {
        command.Add(Mnist);
        command.Add(ModelDirectory);
        command.Add(Threads);
    }

    public ModelDataset Data(ParseResult parsed) => parsed.GetValue(Mnist) is { } folder ? MnistData.Read(folder.FullName) : MnistData.Sample;

    public SessionOptions Session(ParseResult parsed) => new()
    {
        Engines = [new CpuEngine()],
        ThreadCount = parsed.GetValue(Threads),
        Directory = parsed.GetValue(ModelDirectory)!.FullName,
    };

    /// <summary>An option for a whole number that has a least value.</summary>
    public static Option<int> Number(string name, string description, int value, int least)
    {
        Option<int> option = new(name) { Description = description, DefaultValueFactory = _ => value, HelpName = "N" };
        option.Validators.Add(result => Demand<int>(result, number => number >= least, $"{least} or more"));
        return option;
    }

    /// <summary>An option for a whole number that may be left out.</summary>
    public static Option<int?> OptionalNumber(string name, string description, int least)
    {
        Option<int?> option = new(name) { Description = description, HelpName = "N" };
        option.Validators.Add(result => Demand<int?>(result, number => number >= least, $"{least} or more"));
        return option;
    }

    /// <summary>An option for a real number.</summary>
    public static Option<double> Real(string name, string description, double value, Func<double, bool> fits, string demand)
    {
        Option<double> option = new(name) { Description = description, DefaultValueFactory = _ => value, HelpName = "X" };
        option.Validators.Add(result => Demand<double>(result, number => double.IsFinite(number) && fits(number), demand));
        return option;
    }

    private static void Demand<T>(OptionResult result, Func<T, bool> fits, string demand)
    {
        if (result.Tokens.Count > 0 && !result.Errors.Any() && !fits(result.GetValueOrDefault<T>()!))
        {
            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{result.Option.Name} must be {demand}; it is {result.Tokens[0].Value}."));
        }
    }
}
