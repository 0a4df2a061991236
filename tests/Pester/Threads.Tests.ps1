BeforeAll {
    . $PSScriptRoot/Fixtures/LineModel.ps1
    $data = Import-ModelDataset
    function New-Small { New-ModelSession Mnist -Layer1 2 -Layer2 2 -Seed 5 }
    function Get-Weight($Session) { $Session.ReadVariable('model/fc1/weights').ToArray() }
}

Describe 'Sessions and threads' {
    AfterEach {
        Get-ModelSession | Remove-ModelSession -Force -ErrorAction Ignore
    }

    It 'evaluates and runs one session in ForEach-Object -Parallel' {
        $s = New-ModelSession ([LineModel])
        $one = $s | Test-Model $data.Validation
        $all = 1..6 | ForEach-Object -Parallel { $using:s | Test-Model ($using:data).Validation } -ThrottleLimit 4
        $all.Loss | Sort-Object -Unique | Should -Be $one.Loss
        $all.Count | Should -Be 6
        (1..6 | ForEach-Object -Parallel { ($using:s | Invoke-ModelSession iteration).iteration } -ThrottleLimit 4) | Should -Be (, 0 * 6)
    }

    It 'refuses a second training of one session clearly, and the first goes on' {
        $s = New-Small
        $errors = @(1..3 | ForEach-Object -Parallel {
                $failure = $null
                $null = $using:s | Invoke-ModelTraining $using:data -Steps 10 -BatchSize 20 -ErrorAction SilentlyContinue -ErrorVariable failure
                $failure
            } -ThrottleLimit 3)
        $errors.FullyQualifiedErrorId | Select-Object -Unique | Should -BeLike 'SessionBusy,*'
        $errors.CategoryInfo.Category | Select-Object -Unique | Should -Be ResourceBusy
        $s.Iteration | Should -Be (10 * (3 - $errors.Count))
    }

    It 'trains several sessions at a time with the bits of one after the other' {
        $sessions = 1..3 | ForEach-Object { New-Small }
        $sessions | ForEach-Object -Parallel { $null = $_ | Invoke-ModelTraining $using:data -Steps 5 -BatchSize 20 } -ThrottleLimit 3
        $alone = New-Small | Invoke-ModelTraining $data -Steps 5 -BatchSize 20
        foreach ($session in $sessions) {
            Get-Weight $session | Should -Be (Get-Weight $alone)
        }
    }

    It 'trains in a thread job while the prompt looks on' {
        $s = New-Small
        $job = Start-ThreadJob { $using:s | Invoke-ModelTraining $using:data -Steps 8 -BatchSize 50 }
        while ($job.State -eq 'NotStarted') { Start-Sleep -Milliseconds 10 }
        while ($job.State -eq 'Running') {
            $s.Iteration | Should -BeIn (0..8)
            ($s | Test-Model $data.Validation).Count | Should -Be 1000
        }

        (Receive-Job $job -Wait -AutoRemoveJob).Id | Should -Be $s.Id
        $alone = New-Small | Invoke-ModelTraining $data -Steps 8 -BatchSize 50
        Get-Weight $s | Should -Be (Get-Weight $alone)
    }

    It 'closes a session that a thread job trains: the job ends with a clear error' {
        $s = New-Small
        $job = Start-ThreadJob { $using:s | Invoke-ModelTraining $using:data -Steps 100000 -BatchSize 20 }
        while ($s.Iteration -lt 2) { Start-Sleep -Milliseconds 10 }
        $s | Remove-ModelSession -Force
        $null = Wait-Job $job -Timeout 30
        $failure = $job.Error[0]
        $failure.FullyQualifiedErrorId | Should -BeLike 'SessionClosed,*'
        Remove-Job $job
    }

    It 'ends a training of a thread job that is stopped; the session goes on' {
        $s = New-Small
        $job = Start-ThreadJob { $using:s | Invoke-ModelTraining $using:data -Steps 100000 -BatchSize 20 }
        while ($s.Iteration -lt 2) { Start-Sleep -Milliseconds 10 }
        Stop-Job $job
        $job.State | Should -Be Stopped
        Remove-Job $job
        $before = $s.Iteration
        $null = $s | Invoke-ModelTraining $data -Steps 2 -BatchSize 20
        $s.Iteration, $s.IsTorn | Should -Be ($before + 2), $false
    }

    It 'calls script blocks for hyperparameters where they were written' {
        $rates = 1..2 | ForEach-Object -Parallel {
            $factor = $_
            $seen = [Collections.Generic.List[object]]::new()
            $session = New-ModelSession Mnist -Layer1 2 -Layer2 2
            $null = $session | Invoke-ModelTraining $using:data -Steps 2 -BatchSize 10 -LearningRate { $seen.Add($_ * $factor); 1e-3 }
            , $seen.ToArray()
        }
        ($rates | ForEach-Object { $_ -join ' ' } | Sort-Object) | Should -Be '0 1', '0 2'
    }

    It 'builds models of PowerShell classes and script blocks in runspaces of their own' {
        $fixture = "$PSScriptRoot/Fixtures/LineModel.ps1"
        $made = 1..3 | ForEach-Object -Parallel {
            . $using:fixture
            New-ModelSession ([LineModel])
            New-ModelSession { param($g, [int] $Width = 3) $x = $g.Placeholder('Float32', @(-1, $Width), 'x'); @{ inputs = $x } } -Width $_ -Name Script
        }
        $made.Count | Should -Be 6
        ($made | Where-Object Name -eq Script).ForEach({ $_.Parameters['Width'] }) | Sort-Object | Should -Be 1, 2, 3
    }

    It 'builds a class of this runspace from another one' {
        $type = [LineModel]
        $session = Start-ThreadJob { New-ModelSession $using:type } | Receive-Job -Wait -AutoRemoveJob
        $session.Name | Should -Be Line
    }
}
