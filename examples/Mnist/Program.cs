using System.CommandLine;
using System.CommandLine.Invocation;
using ModelSessions;
using ModelSessions.Examples.Mnist;

RootCommand root = new("Trains and tests a convolutional network on the MNIST digits, in checkpoints that TensorFlow reads.")
{
    TrainCommand.Create(),
    TestCommand.Create(),
};
ParseResult parsed = root.Parse(args);
if (parsed.Action is ParseErrorAction mistake)
{
    // The message says what is wrong; the whole help below it would hide it.
    mistake.ShowHelp = false;
}

try
{
    // Ctrl+C is the commands' own affair: training saves first.
    return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
}
catch (Exception error) when (error is ModelSessionException or ArgumentOutOfRangeException)
{
    Console.Error.WriteLine($"error: {error.Message}");
    return 1;
}
catch (OperationCanceledException)
{
    return Interrupt.ExitCode;
}
