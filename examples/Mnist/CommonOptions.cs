using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;
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
    public static Option<int> Number(string name, string description, int value, int least) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => value,
        CustomParser = result => Parse<int>(result, name, number => number >= least, $"a whole number, {least} or more"),
        HelpName = "N",
    };

    /// <summary>An option for a whole number that may be left out.</summary>
    public static Option<int?> OptionalNumber(string name, string description, int least) => new(name)
    {
        Description = description,
        CustomParser = result => Parse<int>(result, name, number => number >= least, $"a whole number, {least} or more"),
        HelpName = "N",
    };

    /// <summary>An option for a real number.</summary>
    public static Option<double> Real(string name, string description, double value, Func<double, bool> fits, string demand) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => value,
        CustomParser = result => Parse<double>(result, name, number => double.IsFinite(number) && fits(number), $"a number, {demand}"),
        HelpName = "X",
    };

    // Of our own: the library's parser takes 1,5 for fifteen and throws at what is no number when a validator asks for it.
    private static T Parse<T>(ArgumentResult result, string name, Func<T, bool> fits, string demand)
        where T : struct, INumber<T>
    {
        string text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out T number) && fits(number))
        {
            return number;
        }

        result.AddError($"{name} must be {demand}; it is {text}.");
        return default;
    }
}
