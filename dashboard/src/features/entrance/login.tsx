import { EntrancePage } from './EntrancePage';
import LoginForm from './LoginForm';

export default function LoginPage() {
  return (
    <EntrancePage title="Log in">
      <LoginForm title="Log in" />
    </EntrancePage>
  );
}
