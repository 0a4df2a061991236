using System.CommandLine;
using System.Globalization;
using ModelSessions.Data;

namespace ModelSessions.Examples.Mnist;

/// <summary><c>test</c>: the accuracy of the newest checkpoint on the test images.</summary>
internal static class TestCommand
{
    public static Command Create()
    {
        CommonOptions common = new();
        Command command = new("test", "Restores the newest checkpoint and prints its accuracy on the test images.");
        common.AddTo(command);
        command.SetAction(parsed =>
        {
            using Interrupt interrupt = new();
            ModelDataset data = common.Data(parsed);
            SessionOptions options = common.Session(parsed);
            using ModelSession session = ModelSession.Restore(options.Directory!, options);
            foreach (string warning in session.Warnings)
            {
                Console.Error.WriteLine($"warning: {warning}");
            }

            Console.WriteLine($"Model: {session}, restored from {session.Checkpoint!.Prefix}");
            EvaluationResult result = session.Evaluate(data, cancel: interrupt.Token);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"Test accuracy: {result.Accuracy:0.0000} ({result.Count:n0} images, loss {result.Loss:0.0000})"));
            return 0;
        });
        return command;
    }
}
