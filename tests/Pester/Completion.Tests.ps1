BeforeDiscovery {
    # What is completed where: a command line, and what must be among the completions.
    $lines = @(
        @{ Line = 'New-ModelSession Mn'; Expected = 'Mnist' }
        @{ Line = 'New-ModelSession Mnist -Engine '; Expected = 'Embedded' }
        @{ Line = 'Restore-ModelSession ./completion -Engine emb'; Expected = 'Embedded' }
        @{ Line = 'New-ModelSession Mnist -Lay'; Expected = '-Layer1' }
        @{ Line = 'New-ModelSession Mnist -Hyperparameter '; Expected = '@{ learning_rate = 0.001; keep_probability = 0.5 }' }
        @{ Line = '$line | Get-GraphTensor acc'; Expected = 'accuracy:0' }
        @{ Line = '$line | Get-GraphOperation -Type MatM'; Expected = 'MatMul' }
        @{ Line = '$line | Get-GraphOperation -Uses Softm'; Expected = 'Softmax' }
        @{ Line = '$line | Set-GraphTensor it'; Expected = 'iteration' }
        @{ Line = '$line | Invoke-ModelSession -Fetch acc'; Expected = 'accuracy:0' }
        @{ Line = '$line | Invoke-ModelSession -Target tra'; Expected = 'train' }
        @{ Line = '$line | Invoke-ModelSession -Feed '; Expected = '@{ inputs = ; labels = }' }
        @{ Line = '$line | Get-GraphCollection trainable'; Expected = 'trainable_variables' }
        @{ Line = '$line | Save-ModelCheckpoint -Include it'; Expected = 'iteration' }
        @{ Line = '$line | Export-ModelGraph x.pb -Output los'; Expected = 'loss:0' }
        @{ Line = '$line | Invoke-ModelTraining -TrainOperation tr'; Expected = 'train' }
        @{ Line = '$line | Invoke-ModelTraining -Hyperparameter '; Expected = '@{ learning_rate = 0.1 }' }
        @{ Line = '$line | Invoke-ModelTraining -LearningRate cos'; Expected = '(New-ModelSchedule -Cosine 0.001 -DecaySteps 1000)' }
        @{ Line = '$line | Invoke-ModelTraining -Monitor acc'; Expected = 'accuracy' }
        @{ Line = 'Get-GraphTensor -Path ./completion -Name it'; Expected = 'iteration' }
        @{ Line = 'Get-GraphOperation -Path ./completion/model.ckpt-0.meta -Name Softm'; Expected = 'Softmax' }
        @{ Line = 'Restore-ModelSession ./completion/mod'; Expected = './completion/model.ckpt-0' }
        @{ Line = 'Restore-ModelSession ./completion -Include it'; Expected = 'iteration' }
        @{ Line = 'Restore-ModelSession ./completion -Iteration '; Expected = '0' }
        @{ Line = 'Compare-ModelCheckpoint ./completion ./completion -Name it'; Expected = 'iteration' }
        @{ Line = 'New-ModelSession Mnist -BaseModel ./completion/mod'; Expected = './completion/model.ckpt-0' }
        @{ Line = 'New-ModelSession Mnist -BaseModel ./completion -Trainable base/it'; Expected = 'base/iteration' }
        @{ Line = 'New-ModelSession Mnist -BaseModel $deep -Scope old -Trainable old/it'; Expected = 'old/iteration' }
        @{ Line = '$deep | Export-ModelGraph x.meta -Scope mo'; Expected = 'model/conv1' }
        @{ Line = '$deep | Restore-ModelCheckpoint ./completion -Scope mo'; Expected = 'model' }
        @{ Line = '$line | Restore-ModelCheckpoint ./completion -Map '; Expected = "@{ iteration = 'iteration' }" }
        @{ Line = '$deep | Restore-ModelCheckpoint ./completion -Map '; Expected = "@{ w = '' }" }
        @{ Line = '$line | Save-ModelCheckpoint -Map '; Expected = "@{ iteration = 'iteration' }" }
        @{ Line = 'Restore-ModelSession ./deep -Structure '; Expected = '@{ Layer1 = 2; Layer2 = 2 }' }
        @{ Line = 'Restore-ModelSession ./deep -Binding '; Expected = "@{ inputs = '' }" }
        @{ Line = 'Import-ModelGraph ./deep/model.ckpt-0.meta -InputMap '; Expected = "@{ 'parameters/x:0' = '' }" }
        @{ Line = '$line | Test-Model $data -Minimum '; Expected = '@{ accuracy = }' }
        @{ Line = 'New-ModelSession MultilayerPerceptron -Activation r'; Expected = 'relu' }
        @{ Line = 'New-ModelSession MultilayerPerceptron -Optimizer gr'; Expected = 'GradientDescent' }
        @{ Line = 'Remove-ModelSession '; Expected = '$deep' }
        @{ Line = 'Restore-ModelSession -Checkpoint ./completion/mod'; Expected = '(Get-ModelCheckpoint ./completion/model.ckpt-0)' }
        @{ Line = 'Restore-ModelSession ./completion/model.ckpt-0.m'; Expected = './completion/model.ckpt-0.meta' }
        @{ Line = 'Import-ModelDataset M'; Expected = 'Mnist' }
        @{ Line = 'Import-ModelDataset -Path ./people.csv -LabelColumn h'; Expected = 'height' }
        @{ Line = 'Import-ModelDataset ./people.csv -LabelColumn h'; Expected = 'height' }
        @{ Line = 'Import-ModelDataset -Path ./people.csv -Exclude "n'; Expected = 'name' }
    )
    # Parameters that take a name out of a graph, a checkpoint, a dataset.
    $named = 'Name', 'Fetch', 'Target', 'Uses', 'UsedBy', 'Type', 'Signature', 'Include', 'Exclude', 'Feed', 'Output', 'ReturnElement', 'TrainOperation', 'Engine', 'KeepBest', 'Monitor',
    'LabelColumn', 'WeightColumn', 'Feature', 'Category', 'Hyperparameter', 'LearningRate', 'KeepProbability', 'Iteration', 'Tag', 'Checkpoint'
    # Names that the user invents, objects, and what PowerShell completes itself.
    $free = 'Copy-ModelCheckpoint -Name', 'New-ModelSession -Name', 'Save-ModelCheckpoint -Name', 'Save-ModelCheckpoint -Iteration', 'Export-ModelGraph -Tag',
    'Export-ModelCommand -Name'
    $parameters = foreach ($command in Get-Command -Module ModelSession -CommandType Cmdlet) {
        foreach ($parameter in $command.Parameters.Values | Where-Object { $_.Name -in $named -and $_.ParameterType -notin [ModelSessions.CheckpointInfo], [ModelSessions.CheckpointInfo[]] }) {
            if ("$($command.Name) -$($parameter.Name)" -notin $free) {
                @{ Command = $command.Name; Parameter = $parameter }
            }
        }
    }
}

BeforeAll {
    Set-StrictMode -Version 3
    . $PSScriptRoot/Fixtures/LineModel.ps1
    $global:line = New-ModelSession ([LineModel])
    $global:deep = New-ModelSession Mnist -Layer1 2 -Layer2 2
    $null = $line | Save-ModelCheckpoint $TestDrive/completion
    $null = $deep | Save-ModelCheckpoint $TestDrive/deep
    Set-Content $TestDrive/people.csv 'name,height,"weight"', 'Ada,1.7,60'
    Push-Location $TestDrive
}

AfterAll {
    Pop-Location
    Remove-Variable line, deep -Scope Global
}

Describe 'Completion' {
    It 'of "<Line>" has <Expected>' -ForEach $lines {
        (TabExpansion2 $Line).CompletionMatches.CompletionText | Should -Contain $Expected
    }

    It 'is there for <Command> -<Parameter.Name>' -ForEach $parameters {
        $Parameter.Attributes | Where-Object { $_ -is [System.Management.Automation.ArgumentCompleterAttribute] -or $_ -is [System.Management.Automation.ValidateSetAttribute] } |
            Should -Not -BeNullOrEmpty -Because 'it takes a name that is known'
    }

    It 'tells what a name is' -ForEach @(
        @{ Line = 'New-ModelSession Mnist -Engine Emb'; Tip = '^Embedded: the engine in C# that is part of ModelSession$' }
        @{ Line = '$deep | Get-GraphTensor model/conv1/bias:'; Tip = '^model/conv1/bias:0 float32_ref \[2\] \(VariableV2\)$' }
        @{ Line = 'Get-GraphTensor -Path ./deep -Name model/conv1/bias'; Tip = '^model/conv1/bias float32 \[2\], 8 B$' }
        @{ Line = '$deep | Set-GraphTensor model/conv1/bias'; Tip = '^model/conv1/bias float32 \[2\]$' }
        @{ Line = '$deep | Get-GraphOperation parameters/x'; Tip = '^parameters/x \(Placeholder\)$' }
        @{ Line = '$deep | Get-GraphOperation -Type MatM'; Tip = '^MatMul: \d+ operations$' }
        @{ Line = 'Restore-ModelSession ./deep/mod'; Tip = '^model.ckpt-0: iteration 0, \d+ m?s old, \d+\.\d .B$' }
        @{ Line = 'Remove-ModelSession '; Tip = '^\d+: Mnist' }
        @{ Line = 'New-ModelSession Conv'; Tip = '-Filters 32,64' }
    ) {
        (TabExpansion2 $Line).CompletionMatches[0].ToolTip | Should -Match $Tip
    }

    It 'of a file on disk sees that it was written anew' {
        (TabExpansion2 'Get-GraphOperation -Path ./again -Name par').CompletionMatches | Should -BeNullOrEmpty
        $null = $deep | Save-ModelCheckpoint $TestDrive/again
        (TabExpansion2 'Get-GraphOperation -Path ./again -Name parameters/x').CompletionMatches.CompletionText | Should -Be 'parameters/x'
        $null = $line | Save-ModelCheckpoint $TestDrive/again
        (TabExpansion2 'Get-GraphOperation -Path ./again/model.ckpt-0 -Name parameters/x').CompletionMatches | Should -BeNullOrEmpty
    }

    It 'of a name with a bracket, a quote or a space is what the command takes' {
        Set-Content $TestDrive/odd.csv "height [cm],Ada's,weight", '1,2,3'
        (TabExpansion2 'Import-ModelDataset -Path ./odd.csv -LabelColumn ''height [c').CompletionMatches.CompletionText | Should -Be "'height [cm]'"
        (TabExpansion2 'Import-ModelDataset -Path ./odd.csv -LabelColumn A').CompletionMatches.CompletionText | Should -Be "'Ada''s'"
    }

    It 'of a table that is not known offers no files' {
        (TabExpansion2 'Restore-ModelCheckpoint ./nothing -Session $nothing -Map ').CompletionMatches | Where-Object ResultType -EQ ProviderItem | Should -BeNullOrEmpty
    }

    It 'of a folder with 10,000 checkpoints does not block' {
        $null = New-Item -ItemType Directory $TestDrive/many
        1..10000 | ForEach-Object { [IO.File]::WriteAllText("$TestDrive/many/model.ckpt-$_.index", '') }
        foreach ($text in 'Restore-ModelSession ./many/mod', 'Restore-ModelSession ./many -Iteration ') {
            $null = TabExpansion2 $text
            $time = Measure-Command { $found = (TabExpansion2 $text).CompletionMatches }
            $time.TotalMilliseconds | Should -BeLessThan 1000 -Because 'it takes 50 ms where nothing else runs'
            # The last ones, oldest first.
            $found | Should -HaveCount 300
            $found[-1].ToolTip | Should -BeLike 'model.ckpt-10000*'
        }

        (TabExpansion2 'Restore-ModelSession ./many/model.ckpt-1').CompletionMatches.CompletionText | Should -Contain './many/model.ckpt-1999'
        (TabExpansion2 'Restore-ModelSession ./many/model.ckpt-77').CompletionMatches | Should -HaveCount 111
    }

    It 'of a path keeps what was typed of it and is what the command takes' -ForEach @(
        @{ Line = 'Restore-ModelSession odd'; Expected = "'./odd `[1`] folder'" }
        @{ Line = "Restore-ModelSession './odd `[1`] folder/mod"; Expected = '*/odd `[1`] folder/model.ckpt-0' }
        @{ Line = 'Restore-ModelSession "./completion/mod'; Expected = '"./completion/model.ckpt-0"' }
        @{ Line = 'Restore-ModelSession completion/mod'; Expected = './completion/model.ckpt-0' }
        @{ Line = 'Restore-ModelSession ./comp*/mod'; Expected = '*/completion/model.ckpt-0' }
        @{ Line = 'Restore-ModelSession ./frozen'; Expected = './frozen.pb' }
    ) {
        Copy-Item $TestDrive/completion "$TestDrive/odd [1] folder" -Recurse -Force
        Set-Content $TestDrive/frozen.pb ''
        $found = (TabExpansion2 $Line).CompletionMatches
        $found.CompletionText | Should -HaveCount 1
        $found.CompletionText.Replace("'", '').Replace('`', '') | Should -BeLike $Expected.Replace("'", '').Replace('`', '').Replace('[', '`[').Replace(']', '`]')
    }

    It 'of a large graph is there at once' {
        $global:line = New-ModelSession {
            param($g)
            $x = $g.Placeholder('Float32', @(-1, 2), 'x')
            $sum = $x
            for ($i = 0; $i -lt 10000; $i++) { $sum = $g.Identity($sum) }
            [ModelSessions.Binding]::new(@{ inputs = $x; predictions = $sum })
        }
        foreach ($text in '$line | Get-GraphTensor Identity_99', '$line | Get-GraphOperation -Type Pl') {
            $null = TabExpansion2 $text
            (Measure-Command { TabExpansion2 $text }).TotalMilliseconds | Should -BeLessThan 1000 -Because 'it takes 30 ms where nothing else runs'
        }
    }

    It 'throws nothing for what is closed, damaged or not there' {
        $closed = New-ModelSession Mnist -Layer1 2 -Layer2 2
        $global:line = $closed
        $closed.Dispose()
        Set-Content $TestDrive/damaged.meta 'no graph'
        $before = $Error.Count
        foreach ($text in '$line | Get-GraphTensor l', '$line | Set-GraphTensor l', 'Get-GraphOperation -Path ./damaged.meta -Name x', 'Get-GraphTensor -Path ./nothing -Name x',
            'Restore-ModelSession ./nothing -Iteration ', 'Import-ModelDataset -Path ./nothing.csv -LabelColumn x', 'Get-SavedModel ./nothing -', '$nothing | Get-GraphTensor x') {
            { TabExpansion2 $text } | Should -Not -Throw
        }

        $Error.Count | Should -Be $before
    }
}
